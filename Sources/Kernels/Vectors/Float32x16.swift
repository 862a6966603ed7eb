import CVector

/// Sixteen floats: AVX-512. Thirty-two registers hold a tile of 14 x 2 vectors.
@frozen public struct Float32x16: Vector {
  public typealias TileLimit = Limit14
  public typealias DepthwiseLimit = Limit14
  public typealias TripleLimit = Limit8
  public typealias GradientRows = Count8

  @usableFromInline var lanes: SIMD16<Float>

  @inlinable @inline(__always) init(lanes: SIMD16<Float>) { self.lanes = lanes }
  @inlinable @inline(__always) public init(_ value: Float) { lanes = cvector_splat16(value) }
  @inlinable @inline(__always) public init(load source: Source) { lanes = cvector_load16(source) }

  @inlinable @inline(__always) public static var count: Int { 16 }

  @inlinable @inline(__always) public func store(to destination: Destination) {
    cvector_store16(destination, lanes)
  }
  @inlinable @inline(__always) public init(load source: Source, first count: Int) {
    lanes = cvector_load_first16(source, count)
  }
  @inlinable @inline(__always) public func store(to destination: Destination, first count: Int) {
    cvector_store_first16(destination, lanes, count)
  }
  @inlinable @inline(__always) public func storeNonTemporal(to destination: Destination) {
    cvector_store_nontemporal16(destination, lanes)
  }

  @inlinable @inline(__always) public func sum() -> Float { cvector_sum16(lanes) }

  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(lanes: cvector_add16(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(lanes: cvector_sub16(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self {
    Self(lanes: cvector_mul16(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self {
    Self(lanes: cvector_div16(a.lanes, b.lanes))
  }
  @inlinable @inline(__always) public func adding(_ a: Self, times b: Self) -> Self {
    Self(lanes: cvector_fma16(a.lanes, b.lanes, lanes))
  }
  @inlinable @inline(__always) public func reciprocalSquareRoot() -> Self {
    Self(lanes: cvector_rsqrt16(lanes))
  }
  @inlinable @inline(__always) public func maximum(_ bound: Self) -> Self {
    Self(lanes: cvector_max16(lanes, bound.lanes))
  }
  @inlinable @inline(__always) public func minimum(_ bound: Self) -> Self {
    Self(lanes: cvector_min16(lanes, bound.lanes))
  }
  @inlinable @inline(__always) public func masked(wherePositive mask: Self) -> Self {
    Self(lanes: cvector_mask_positive16(lanes, mask.lanes))
  }
  @inlinable @inline(__always)
  public func kept(where argmax: UnsafePointer<UInt8>, are which: Int32) -> Self {
    Self(lanes: cvector_keep16(lanes, argmax, which))
  }
  @inlinable @inline(__always)
  public static func pick(_ first: Self, where a: Self, exceeds b: Self, else second: Self) -> Self {
    Self(lanes: cvector_pick16(a.lanes, b.lanes, first.lanes, second.lanes))
  }
  @inlinable @inline(__always) public func storeBytes(to destination: UnsafeMutablePointer<UInt8>) {
    cvector_store_bytes16(destination, lanes)
  }
  @inlinable @inline(__always)
  public static func transpose(_ source: Source, stride: Int, to destination: Destination) {
    cvector_transpose16(source, stride, destination)
  }
}
