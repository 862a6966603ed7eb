import CVector

/// Four floats: SSE2 on any x86-64, NEON on arm64.
@frozen public struct Float32x4: Vector {
  public typealias TileLimit = Limit6
  public typealias DepthwiseLimit = Limit6
  public typealias TripleLimit = Limit4
  public typealias GradientRows = Count4

  @usableFromInline var lanes: SIMD4<Float>

  @inlinable @inline(__always) init(lanes: SIMD4<Float>) { self.lanes = lanes }
  @inlinable @inline(__always) public init(_ value: Float) { lanes = cvector_splat4(value) }
  @inlinable @inline(__always) public init(load source: Source) { lanes = cvector_load4(source) }

  @inlinable @inline(__always) public static var count: Int { 4 }

  @inlinable @inline(__always) public func store(to destination: Destination) {
    cvector_store4(destination, lanes)
  }
  @inlinable @inline(__always) public init(load source: Source, first count: Int) {
    lanes = cvector_load_first4(source, count)
  }
  @inlinable @inline(__always) public func store(to destination: Destination, first count: Int) {
    cvector_store_first4(destination, lanes, count)
  }
  @inlinable @inline(__always) public func storeNonTemporal(to destination: Destination) {
    cvector_store_nontemporal4(destination, lanes)
  }

  @inlinable @inline(__always) public func sum() -> Float { cvector_sum4(lanes) }

  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(lanes: cvector_add4(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(lanes: cvector_sub4(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self {
    Self(lanes: cvector_mul4(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self {
    Self(lanes: cvector_div4(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public func adding(_ a: Self, times b: Self) -> Self {
    Self(lanes: cvector_fma4(a.lanes, b.lanes, lanes))
  }
  @inlinable @inline(__always) public func reciprocalSquareRoot() -> Self {
    Self(lanes: cvector_rsqrt4(lanes))
  }
  @inlinable @inline(__always) public func maximum(_ bound: Self) -> Self {
    Self(lanes: cvector_max4(lanes, bound.lanes))
  }
  @inlinable @inline(__always) public func minimum(_ bound: Self) -> Self {
    Self(lanes: cvector_min4(lanes, bound.lanes))
  }
  @inlinable @inline(__always) public func masked(wherePositive mask: Self) -> Self {
    Self(lanes: cvector_mask_positive4(lanes, mask.lanes))
  }
  @inlinable @inline(__always)
  public func kept(where argmax: UnsafePointer<UInt8>, are which: Int32) -> Self {
    Self(lanes: cvector_keep4(lanes, argmax, which))
  }
  @inlinable @inline(__always)
  public static func pick(_ first: Self, where a: Self, exceeds b: Self, else second: Self) -> Self {
    Self(lanes: cvector_pick4(a.lanes, b.lanes, first.lanes, second.lanes))
  }
  @inlinable @inline(__always) public func storeBytes(to destination: UnsafeMutablePointer<UInt8>) {
    cvector_store_bytes4(destination, lanes)
  }
  @inlinable @inline(__always)
  public static func transpose(_ source: Source, stride: Int, to destination: Destination) {
    cvector_transpose4(source, stride, destination)
  }
}
