// Plain loops over one image's classes, which stay in the first-level cache: see Elementwise.swift.

extension LayerKernels {
  /// probabilities[c] = exp(logits[c] - largest) / sum; subtracting the largest keeps every exponent in range.
  ///
  /// - count: classes, at least 1
  /// - Returns: the index of the largest logit, the first of equals.
  @inlinable @inline(never)
  public static func softmax(_ logits: Source, into probabilities: Destination, count: Int) -> Int32 {
    let largest = maximum(logits, count: count)
    for c in 0..<count { probabilities[c] = powerOfE(logits[c] - largest) }
    let scale = 1 / sum(probabilities, count: count)
    for c in 0..<count { probabilities[c] *= scale }
    return firstIndex(of: largest, in: logits, count: count)
  }

  /// The bits of a float, all but the sign inverted where it is negative, are in the same order as floats: the compiler
  /// may then take the maximum of many lanes in any order. NaN, of either sign, counts as larger than every number.
  @inlinable @inline(__always)
  static func maximum(_ values: Source, count: Int) -> Float {
    var largest = Int32.min
    for i in 0..<count {
      let bits = Int32(bitPattern: values[i].bitPattern)
      largest = max(largest, values[i] == values[i] ? bits ^ ((bits >> 31) & Int32.max) : Int32.max)
    }
    return Float(bitPattern: UInt32(bitPattern: largest ^ ((largest >> 31) & Int32.max)))
  }

  @inlinable @inline(__always)
  static func sum(_ values: Destination, count: Int) -> Float {
    let whole = count / Lanes.count * Lanes.count
    var sums = Lanes(load: Source(values + whole), first: count - whole)
    for i in stride(from: 0, to: whole, by: Lanes.count) { sums = sums + Lanes(load: Source(values + i)) }
    return sums.sum()
  }

  /// 0 where there is none, because it is NaN.
  @inlinable @inline(__always)
  static func firstIndex(of value: Float, in values: Source, count: Int) -> Int32 {
    var first = Int32.max
    for i in 0..<count { first = min(first, values[i] == value ? Int32(truncatingIfNeeded: i) : Int32.max) }
    return first == Int32.max ? 0 : first
  }
}

/// e^x for x <= 0, within 2 units in the last place; 0 below -87, where the result would be denormal.
///
/// x = n ln 2 + r with n a whole number and |r| <= ln 2 / 2 (Cody & Waite 1980: ln 2 in two parts, so that r is exact);
/// e^r from its Taylor series, whose remainder is below 1e-8; 2^n from its bits.
@inlinable @inline(__always)
func powerOfE(_ x: Float) -> Float {
  // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the lowest bits.
  let shifted = x * 1.442_695_04 + 0x1.8p23
  let n = shifted - 0x1.8p23
  let r = (x - n * 0x1.62e4p-1) - n * 1.428_606_77e-6
  var series: Float = 1 / 5040
  series = series * r + 1 / 720
  series = series * r + 1 / 120
  series = series * r + 1 / 24
  series = series * r + 1 / 6
  series = series * r + 0.5
  series = series * r + 1
  series = series * r + 1
  let power = Float(bitPattern: (shifted.bitPattern &<< 23) &+ 0x3f80_0000)
  return x < -87 ? 0 : series * power
}
