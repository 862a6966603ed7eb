import CVector

/// Eight floats: AVX2. Sixteen registers hold a tile of 6 x 2 vectors.
@frozen public struct Float32x8: Vector {
  public typealias TileLimit = Limit6
  public typealias DepthwiseLimit = Limit6
  public typealias TripleLimit = Limit4
  public typealias GradientRows = Count4

  @usableFromInline var lanes: SIMD8<Float>

  @inlinable @inline(__always) init(lanes: SIMD8<Float>) { self.lanes = lanes }
  @inlinable @inline(__always) public init(_ value: Float) { lanes = cvector_splat8(value) }
  @inlinable @inline(__always) public init(load source: Source) { lanes = cvector_load8(source) }

  @inlinable @inline(__always) public static var count: Int { 8 }

  @inlinable @inline(__always) public func store(to destination: Destination) {
    cvector_store8(destination, lanes)
  }
  @inlinable @inline(__always) public init(load source: Source, first count: Int) {
    lanes = cvector_load_first8(source, count)
  }
  @inlinable @inline(__always) public func store(to destination: Destination, first count: Int) {
    cvector_store_first8(destination, lanes, count)
  }
  @inlinable @inline(__always) public func storeNonTemporal(to destination: Destination) {
    cvector_store_nontemporal8(destination, lanes)
  }

  @inlinable @inline(__always) public func sum() -> Float { cvector_sum8(lanes) }

  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(lanes: cvector_add8(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(lanes: cvector_sub8(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self {
    Self(lanes: cvector_mul8(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self {
    Self(lanes: cvector_div8(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public func adding(_ a: Self, times b: Self) -> Self {
    Self(lanes: cvector_fma8(a.lanes, b.lanes, lanes))
  }
  @inlinable @inline(__always) public func reciprocalSquareRoot() -> Self {
    Self(lanes: cvector_rsqrt8(lanes))
  }
  @inlinable @inline(__always) public func maximum(_ bound: Self) -> Self {
    Self(lanes: cvector_max8(lanes, bound.lanes))
  }
  @inlinable @inline(__always) public func minimum(_ bound: Self) -> Self {
    Self(lanes: cvector_min8(lanes, bound.lanes))
  }
  @inlinable @inline(__always) public func masked(wherePositive mask: Self) -> Self {
    Self(lanes: cvector_mask_positive8(lanes, mask.lanes))
  }
  @inlinable @inline(__always)
  public func kept(where argmax: UnsafePointer<UInt8>, are which: Int32) -> Self {
    Self(lanes: cvector_keep8(lanes, argmax, which))
  }
  @inlinable @inline(__always)
  public static func pick(_ first: Self, where a: Self, exceeds b: Self, else second: Self) -> Self {
    Self(lanes: cvector_pick8(a.lanes, b.lanes, first.lanes, second.lanes))
  }
  @inlinable @inline(__always) public func storeBytes(to destination: UnsafeMutablePointer<UInt8>) {
    cvector_store_bytes8(destination, lanes)
  }
  @inlinable @inline(__always)
  public static func transpose(_ source: Source, stride: Int, to destination: Destination) {
    cvector_transpose8(source, stride, destination)
  }
}
