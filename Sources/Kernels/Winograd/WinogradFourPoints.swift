/// The matrices of the points 0, +-1, inf: F(2x2,3x3). M(x) = x (x - 1) (x + 1); N(0) = -1, N(+-1) = 2.
/// Source: Lavin & Gray 2016, with the signs of row 0 moved from B^T to G.
public enum FourPoints {
  /// B^T: a line of the input.
  public enum Input: WinogradLine {
    public typealias Inputs = Count4
    public typealias Outputs = Count4
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x1, x2) = (x(1), x(2))
      put(0, x2 - x(0))
      put(1, x2 + x1)
      put(2, x2 - x1)
      put(3, x(3) - x1)
    }
  }

  /// A^T for two outputs.
  public enum Output2: WinogradLine {
    public typealias Inputs = Count4
    public typealias Outputs = Count2
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x1, x2) = (x(1), x(2))
      put(0, x(0) + (x1 + x2))
      put(1, x(3) + (x1 - x2))
    }
  }

  /// G for three taps.
  public enum Filter3: WinogradLine {
    public typealias Inputs = Count3
    public typealias Outputs = Count4
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x2) = (x(0), x(2))
      let (even, odd) = (V(0.5) * (x0 + x2), V(0.5) * x(1))
      put(0, V.zero - x0)
      put(1, even + odd)
      put(2, even - odd)
      put(3, x2)
    }
  }
}
