/// A Winograd algorithm F(m x m, r x r): m x m outputs from (m + r - 1)^2 multiplications a pair of channels.
@frozen public enum WinogradAlgorithm: Sendable, Hashable {
  case f2x3
  case f4x3
  case f6x3
  case f2x5
  case f4x5

  /// m: rows and columns of outputs in a tile.
  @inlinable public var outputs: Int {
    switch self {
    case .f2x3, .f2x5: 2
    case .f4x3, .f4x5: 4
    case .f6x3: 6
    }
  }
  /// r: rows and columns of the filter.
  @inlinable public var taps: Int { self == .f2x5 || self == .f4x5 ? 5 : 3 }
  /// m + r - 1: rows and columns of inputs in a tile.
  @inlinable public var points: Int { outputs + taps - 1 }
  /// Products of one tile, each a matrix multiplication over all tiles.
  @inlinable public var positions: Int { points * points }
}

/// The three matrices of an algorithm: Y = A^T [(G w G^T) * (B^T d B)] A, * elementwise.
public protocol WinogradTransforms {
  /// B^T
  associatedtype Input: WinogradLine
  /// A^T
  associatedtype Output: WinogradLine
  /// G
  associatedtype Filter: WinogradLine
}

/// The transforms that only the filter gradient needs: dw = G^T [(B^T d B) * (A dy A^T)] G, the products summed over
/// the tiles.
public protocol WinogradGradientTransforms: WinogradTransforms {
  /// A
  associatedtype OutputGradient: WinogradLine
  /// G^T
  associatedtype FilterGradient: WinogradLine
}

public enum F2x3: WinogradTransforms {
  public typealias Input = FourPoints.Input
  public typealias Output = FourPoints.Output2
  public typealias Filter = FourPoints.Filter3
}
public enum F4x3: WinogradGradientTransforms {
  public typealias Input = SixPoints.Input
  public typealias Output = SixPoints.Output4
  public typealias Filter = SixPoints.Filter3
  public typealias OutputGradient = SixPoints.OutputGradient4
  public typealias FilterGradient = SixPoints.FilterGradient3
}
public enum F6x3: WinogradTransforms {
  public typealias Input = EightPoints.Input
  public typealias Output = EightPoints.Output6
  public typealias Filter = EightPoints.Filter3
}
public enum F2x5: WinogradGradientTransforms {
  public typealias Input = SixPoints.Input
  public typealias Output = SixPoints.Output2
  public typealias Filter = SixPoints.Filter5
  public typealias OutputGradient = SixPoints.OutputGradient2
  public typealias FilterGradient = SixPoints.FilterGradient5
}
public enum F4x5: WinogradTransforms {
  public typealias Input = EightPoints.Input
  public typealias Output = EightPoints.Output4
  public typealias Filter = EightPoints.Filter5
}
