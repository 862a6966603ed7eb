/// The matrices of the points 0, +-a, +-b, inf with a = 1/sqrt2, b = sqrt2: F(4x4,3x3), F(2x2,5x5) and their gradients.
///
/// The polynomial is M(x) = x (x^2 - 1/2) (x^2 - 2). Row p of B^T holds the coefficients of M(x) / (x - p), row p of G
/// the powers of p over N(p) = the product of p - q over the other points q: N(0) = 1, N(+-a) = -3/2, N(+-b) = 6; A
/// holds the powers of p. These points round a third as much as the textbook's 0, +-1, +-2.
/// Source: Lavin & Gray 2016; Barabasz et al. 2020 for the choice of points.
public enum SixPoints {
  @inlinable @inline(__always) static var a: Float { 0.707_106_781_186_547_52 }
  @inlinable @inline(__always) static var b: Float { 1.414_213_562_373_095_05 }
  /// 1 / N(+-a) and 1 / N(+-b).
  @inlinable @inline(__always) static var overA: Float { -2.0 / 3 }
  @inlinable @inline(__always) static var overB: Float { 1.0 / 6 }

  /// B^T: a line of the input.
  public enum Input: WinogradLine {
    public typealias Inputs = Count6
    public typealias Outputs = Count6
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1, x2, x3, x4, x5) = (x(0), x(1), x(2), x(3), x(4), x(5))
      let (evenA, oddA) = (x4.adding(V(-2), times: x2), x3.adding(V(-2), times: x1))
      let (evenB, oddB) = (x4.adding(V(-0.5), times: x2), x3.adding(V(-0.5), times: x1))
      put(0, (x0 + x4).adding(V(-2.5), times: x2))
      put(1, evenA.adding(V(a), times: oddA))
      put(2, evenA.adding(V(-a), times: oddA))
      put(3, evenB.adding(V(b), times: oddB))
      put(4, evenB.adding(V(-b), times: oddB))
      put(5, (x1 + x5).adding(V(-2.5), times: x3))
    }
  }

  /// A^T for four outputs.
  public enum Output4: WinogradLine {
    public typealias Inputs = Count6
    public typealias Outputs = Count4
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1, x2, x3, x4, x5) = (x(0), x(1), x(2), x(3), x(4), x(5))
      let (sumA, differenceA, sumB, differenceB) = (x1 + x2, x1 - x2, x3 + x4, x3 - x4)
      put(0, x0 + sumA + sumB)
      put(1, (V(a) * differenceA).adding(V(b), times: differenceB))
      put(2, (V(0.5) * sumA).adding(V(2), times: sumB))
      put(3, x5.adding(V(0.5 * a), times: differenceA).adding(V(2 * b), times: differenceB))
    }
  }

  /// A^T for two outputs.
  public enum Output2: WinogradLine {
    public typealias Inputs = Count6
    public typealias Outputs = Count2
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x1, x2, x3, x4) = (x(1), x(2), x(3), x(4))
      put(0, x(0) + (x1 + x2) + (x3 + x4))
      put(1, x(5).adding(V(a), times: x1 - x2).adding(V(b), times: x3 - x4))
    }
  }

  /// G for three taps.
  public enum Filter3: WinogradLine {
    public typealias Inputs = Count3
    public typealias Outputs = Count6
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1, x2) = (x(0), x(1), x(2))
      let (evenA, oddA) = ((V(overA) * x0).adding(V(0.5 * overA), times: x2), V(overA * a) * x1)
      let (evenB, oddB) = ((V(overB) * x0).adding(V(2 * overB), times: x2), V(overB * b) * x1)
      put(0, x0)
      put(1, evenA + oddA)
      put(2, evenA - oddA)
      put(3, evenB + oddB)
      put(4, evenB - oddB)
      put(5, x2)
    }
  }

  /// G for five taps.
  public enum Filter5: WinogradLine {
    public typealias Inputs = Count5
    public typealias Outputs = Count6
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1, x2, x3, x4) = (x(0), x(1), x(2), x(3), x(4))
      let evenA = (V(overA) * x0).adding(V(0.5 * overA), times: x2).adding(V(0.25 * overA), times: x4)
      let oddA = (V(overA * a) * x1).adding(V(0.5 * overA * a), times: x3)
      let evenB = (V(overB) * x0).adding(V(2 * overB), times: x2).adding(V(4 * overB), times: x4)
      let oddB = (V(overB * b) * x1).adding(V(2 * overB * b), times: x3)
      put(0, x0)
      put(1, evenA + oddA)
      put(2, evenA - oddA)
      put(3, evenB + oddB)
      put(4, evenB - oddB)
      put(5, x4)
    }
  }
}
