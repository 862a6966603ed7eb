/// The matrices of the points 0, +-1, +-2, +-1/2, inf: F(6x6,3x3) and F(4x4,5x5).
///
/// M(x) = x (x^2 - 1) (x^2 - 4) (x^2 - 1/4); N(0) = -1, N(+-1) = -9/2, N(+-2) = 90, N(+-1/2) = 45/32.
/// Source: Lavin & Gray 2016, with the points of Vincent et al. 2017.
public enum EightPoints {
  /// B^T: a line of the input.
  public enum Input: WinogradLine {
    public typealias Inputs = Count8
    public typealias Outputs = Count8
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x1, x2, x3, x4, x5, x6) = (x(1), x(2), x(3), x(4), x(5), x(6))
      let (even1, odd1) = ((x6 + x2).adding(V(-4.25), times: x4), (x5 + x1).adding(V(-4.25), times: x3))
      let even2 = x6.adding(V(-1.25), times: x4).adding(V(0.25), times: x2)
      let odd2 = x5.adding(V(-1.25), times: x3).adding(V(0.25), times: x1)
      let evenHalf = x6.adding(V(-5), times: x4).adding(V(4), times: x2)
      let oddHalf = x5.adding(V(-5), times: x3).adding(V(4), times: x1)
      put(0, (x6 - x(0)).adding(V(5.25), times: x2 - x4))
      put(1, even1 + odd1)
      put(2, even1 - odd1)
      put(3, even2.adding(V(2), times: odd2))
      put(4, even2.adding(V(-2), times: odd2))
      put(5, evenHalf.adding(V(0.5), times: oddHalf))
      put(6, evenHalf.adding(V(-0.5), times: oddHalf))
      put(7, (x(7) - x1).adding(V(5.25), times: x3 - x5))
    }
  }

  /// A^T for `outputs` outputs, 4 or 6: output n sums the points' values times the points to the power of n, and the
  /// last one the value at infinity too.
  @inlinable @inline(__always)
  static func applyOutput<V: Vector>(_ outputs: Int, _ x: (Int) -> V, _ put: (Int, V) -> Void) {
    let (x1, x2, x3, x4, x5, x6) = (x(1), x(2), x(3), x(4), x(5), x(6))
    let (sum1, difference1) = (x1 + x2, x1 - x2)
    let (sum2, difference2) = (x3 + x4, x3 - x4)
    let (sumHalf, differenceHalf) = (x5 + x6, x5 - x6)
    put(0, x(0) + sum1 + sum2 + sumHalf)
    put(1, difference1.adding(V(2), times: difference2).adding(V(0.5), times: differenceHalf))
    put(2, sum1.adding(V(4), times: sum2).adding(V(0.25), times: sumHalf))
    if outputs == 4 {
      put(3, (x(7) + difference1).adding(V(8), times: difference2).adding(V(0.125), times: differenceHalf))
    } else {
      put(3, difference1.adding(V(8), times: difference2).adding(V(0.125), times: differenceHalf))
      put(4, sum1.adding(V(16), times: sum2).adding(V(0.0625), times: sumHalf))
      put(5, (x(7) + difference1).adding(V(32), times: difference2).adding(V(0.03125), times: differenceHalf))
    }
  }

  /// A^T for six outputs.
  public enum Output6: WinogradLine {
    public typealias Inputs = Count8
    public typealias Outputs = Count6
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) { applyOutput(6, x, put) }
  }

  /// A^T for four outputs.
  public enum Output4: WinogradLine {
    public typealias Inputs = Count8
    public typealias Outputs = Count4
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) { applyOutput(4, x, put) }
  }

  /// 1 / N(+-1), 1 / N(+-2) and 1 / N(+-1/2).
  @inlinable @inline(__always) static var over1: Float { -2.0 / 9 }
  @inlinable @inline(__always) static var over2: Float { 1.0 / 90 }
  @inlinable @inline(__always) static var overHalf: Float { 32.0 / 45 }

  /// The values at 1 and -1, 2 and -2, 1/2 and -1/2, from the sums of their even and of their odd taps.
  @inlinable @inline(__always)
  static func putPairs<V: Vector>(_ even: InlineArray<3, V>, _ odd: InlineArray<3, V>, _ put: (Int, V) -> Void) {
    Count3.forEach { pair in
      put(2 * pair + 1, even[unchecked: pair] + odd[unchecked: pair])
      put(2 * pair + 2, even[unchecked: pair] - odd[unchecked: pair])
    }
  }

  /// G for three taps.
  public enum Filter3: WinogradLine {
    public typealias Inputs = Count3
    public typealias Outputs = Count8
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1, x2) = (x(0), x(1), x(2))
      let (even1, odd1) = (V(over1) * (x0 + x2), V(over1) * x1)
      let (even2, odd2) = ((V(over2) * x0).adding(V(4 * over2), times: x2), V(2 * over2) * x1)
      let (evenHalf, oddHalf) = (
        (V(overHalf) * x0).adding(V(0.25 * overHalf), times: x2), V(0.5 * overHalf) * x1
      )
      put(0, V.zero - x0)
      putPairs([even1, even2, evenHalf], [odd1, odd2, oddHalf], put)
      put(7, x2)
    }
  }

  /// G for five taps.
  public enum Filter5: WinogradLine {
    public typealias Inputs = Count5
    public typealias Outputs = Count8
    @inlinable @inline(__always)
    public static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void) {
      let (x0, x1, x2, x3, x4) = (x(0), x(1), x(2), x(3), x(4))
      let (even1, odd1) = (V(over1) * (x0 + x2 + x4), V(over1) * (x1 + x3))
      let even2 = (V(over2) * x0).adding(V(4 * over2), times: x2).adding(V(16 * over2), times: x4)
      let odd2 = (V(2 * over2) * x1).adding(V(8 * over2), times: x3)
      let evenHalf = (V(overHalf) * x0).adding(V(0.25 * overHalf), times: x2).adding(V(0.0625 * overHalf), times: x4)
      let oddHalf = (V(0.5 * overHalf) * x1).adding(V(0.125 * overHalf), times: x3)
      put(0, V.zero - x0)
      putPairs([even1, even2, evenHalf], [odd1, odd2, oddHalf], put)
      put(7, x4)
    }
  }
}
