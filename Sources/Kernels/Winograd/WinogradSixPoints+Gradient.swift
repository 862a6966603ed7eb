extension SixPoints {
  /// A: a line of four output gradients.
  public enum OutputGradient4: WinogradLine {
    public typealias Inputs = Count4
    public typealias Outputs = Count6
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1, x2, x3) = (x(0), x(1), x(2), x(3))
      let (evenA, oddA) = (x0.adding(V(0.5), times: x2), x1.adding(V(0.5), times: x3))
      let (evenB, oddB) = (x0.adding(V(2), times: x2), x1.adding(V(2), times: x3))
      put(0, x0)
      put(1, evenA.adding(V(a), times: oddA))
      put(2, evenA.adding(V(-a), times: oddA))
      put(3, evenB.adding(V(b), times: oddB))
      put(4, evenB.adding(V(-b), times: oddB))
      put(5, x3)
    }
  }

  /// A: a line of two output gradients.
  public enum OutputGradient2: WinogradLine {
    public typealias Inputs = Count2
    public typealias Outputs = Count6
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1) = (x(0), x(1))
      put(0, x0)
      put(1, x0.adding(V(a), times: x1))
      put(2, x0.adding(V(-a), times: x1))
      put(3, x0.adding(V(b), times: x1))
      put(4, x0.adding(V(-b), times: x1))
      put(5, x1)
    }
  }

  /// G^T for three taps.
  public enum FilterGradient3: WinogradLine {
    public typealias Inputs = Count6
    public typealias Outputs = Count3
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1, x2, x3, x4, x5) = (x(0), x(1), x(2), x(3), x(4), x(5))
      let (sumA, differenceA, sumB, differenceB) = (x1 + x2, x1 - x2, x3 + x4, x3 - x4)
      put(0, x0.adding(V(overA), times: sumA).adding(V(overB), times: sumB))
      put(1, (V(overA * a) * differenceA).adding(V(overB * b), times: differenceB))
      put(2, x5.adding(V(0.5 * overA), times: sumA).adding(V(2 * overB), times: sumB))
    }
  }

  /// G^T for five taps.
  public enum FilterGradient5: WinogradLine {
    public typealias Inputs = Count6
    public typealias Outputs = Count5
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1, x2, x3, x4, x5) = (x(0), x(1), x(2), x(3), x(4), x(5))
      let (sumA, differenceA, sumB, differenceB) = (x1 + x2, x1 - x2, x3 + x4, x3 - x4)
      put(0, x0.adding(V(overA), times: sumA).adding(V(overB), times: sumB))
      put(1, (V(overA * a) * differenceA).adding(V(overB * b), times: differenceB))
      put(2, (V(0.5 * overA) * sumA).adding(V(2 * overB), times: sumB))
      put(3, (V(0.5 * overA * a) * differenceA).adding(V(2 * overB * b), times: differenceB))
      put(4, x5.adding(V(0.25 * overA), times: sumA).adding(V(4 * overB), times: sumB))
    }
  }
}
