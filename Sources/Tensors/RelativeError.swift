/// The error of computed values relative to a reference, in the two norms that tolerances limit.
///
/// Elements are not divided by their own reference values, because an element that cancels to nearly zero would decide
/// alone. Both norms are 0 for equal values, infinite where the reference is zero and the values are not, and NaN where
/// a value is NaN.
package struct RelativeError: Sendable, Hashable {
  /// Largest absolute error over the largest absolute reference value.
  package let max: Double
  /// Norm of the error over the norm of the reference.
  package let relativeL2: Double

  package init(max: Double, relativeL2: Double) {
    self.max = max
    self.relativeL2 = relativeL2
  }

  /// - Parameter typical: the root mean square of comparable values. Where the reference is a thousand times smaller,
  ///   its values are rounding errors, and the error is divided by `typical` instead.
  package init(of values: [Float], from reference: [Double], typical: Double = 0) {
    var sums = Sums()
    for (value, expected) in zip(values, reference) { sums.add(value, expected) }
    self = sums.error(typical: typical)
  }

  /// - Parameter deviation: the root mean square of what sums of such products would be, from what was added up; see
  ///   `Sums.error(deviation:)`
  package init(of values: [Float], from reference: [Double], deviation: Double) {
    var sums = Sums()
    for (value, expected) in zip(values, reference) { sums.add(value, expected) }
    self = sums.error(deviation: deviation)
  }

  package init(
    of values: UnsafeBufferPointer<Float>, from reference: UnsafeBufferPointer<Float>, typical: Double = 0
  ) {
    var sums = Sums()
    for (value, expected) in zip(values, reference) { sums.add(value, Double(expected)) }
    self = sums.error(typical: typical)
  }
}

extension RelativeError: CustomStringConvertible {
  package var description: String { "max \(Self.short(max)), L2 \(Self.short(relativeL2))" }

  private static func short(_ value: Double) -> String {
    guard value.isNormal else { return "\(value)" }
    var exponent = 0
    var digits = value
    while digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
    while digits < 1 { (digits, exponent) = (digits * 10, exponent - 1) }
    return "\((digits * 10).rounded() / 10)e\(exponent)"
  }
}
