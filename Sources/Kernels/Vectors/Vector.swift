import CVector

public typealias Source = UnsafePointer<Float>
public typealias Destination = UnsafeMutablePointer<Float>

/// A hardware vector of `count` floats. Every operation is one instruction where the target has it.
///
/// Swift's own `SIMD16<Float>` operators are sixteen scalar operations that the optimiser must find again;
/// these go through `CVector` instead. A vector must never cross a function that is not inlined: it would be
/// passed in pieces.
public protocol Vector: BitwiseCopyable {
  static var count: Int { get }
  /// Rows of the largest register tile of two vectors that leaves no accumulator in memory.
  associatedtype TileLimit: RowLimit
  /// Rows of the largest tile of one vector that leaves registers for three weights and a value.
  associatedtype DepthwiseLimit: RowLimit
  /// Rows of the largest tile of three vectors.
  associatedtype TripleLimit: RowLimit
  /// Rows of Winograd's tile of two vectors for the filter gradient: its sums fill half of the registers.
  associatedtype GradientRows: UnrolledCount

  init(_ value: Float)
  init(load source: Source)
  func store(to destination: Destination)
  /// The first `count` lanes, 0...Self.count, zero in the others; touches no memory behind them.
  init(load source: Source, first count: Int)
  func store(to destination: Destination, first count: Int)
  /// Uses non-temporal stores. `destination` must be aligned to the vector; a `cvector_store_fence` must follow.
  func storeNonTemporal(to destination: Destination)

  /// Sum of all lanes, by halves.
  func sum() -> Float

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  /// self + a * b, rounded once where the target has a fused multiply-add.
  func adding(_ a: Self, times b: Self) -> Self
  /// 1 / sqrt(x) of positive finite lanes, within 4 units in the last place.
  func reciprocalSquareRoot() -> Self
  func maximum(_ bound: Self) -> Self
  func minimum(_ bound: Self) -> Self
  /// The lanes where `mask` > 0, else zero.
  func masked(wherePositive mask: Self) -> Self
  /// The lanes whose byte in `argmax` is `which`, else zero.
  func kept(where argmax: UnsafePointer<UInt8>, are which: Int32) -> Self
  /// `first` where a > b, else `second`.
  static func pick(_ first: Self, where a: Self, exceeds b: Self, else second: Self) -> Self
  /// Stores whole numbers 0...255 as one byte a lane.
  func storeBytes(to destination: UnsafeMutablePointer<UInt8>)
  /// destination[j * count + i] = source[i * stride + j] for a square of `count` x `count` floats.
  static func transpose(_ source: Source, stride: Int, to destination: Destination)
}

extension Vector {
  /// Stores through the caches, or past them as `stream` does.
  @inlinable @inline(__always) func store(to destination: Destination, nonTemporal: Bool) {
    if nonTemporal { storeNonTemporal(to: destination) } else { store(to: destination) }
  }
  /// The first `lanes` lanes, zero in the others. Whole vectors, which most are, need no mask.
  @inlinable @inline(__always) public init(load source: Source, lanes: Int) {
    self = lanes == Self.count ? Self(load: source) : Self(load: source, first: lanes)
  }
  @inlinable @inline(__always) public func store(to destination: Destination, lanes: Int) {
    if lanes == Self.count { store(to: destination) } else { store(to: destination, first: lanes) }
  }
  /// The lanes where floor < value < ceiling, else zero.
  @inlinable @inline(__always)
  public func masked(where value: Self, isAbove floor: Self, isBelow ceiling: Self) -> Self {
    masked(wherePositive: value - floor).masked(wherePositive: ceiling - value)
  }
  @inlinable @inline(__always) public static var zero: Self { Self(0) }
  /// Rows of the largest register tile, `tileRows` x 2 vectors.
  @inlinable @inline(__always) public static var tileRows: Int { TileLimit.count }
  @inlinable @inline(__always) public static var depthwiseRows: Int { DepthwiseLimit.count }
  @inlinable @inline(__always) public static var tripleRows: Int { TripleLimit.count }
}
