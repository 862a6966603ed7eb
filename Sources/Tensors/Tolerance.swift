/// How far an algorithm's result may lie from the double-precision reference, and why that far.
package struct Tolerance: Sendable, Hashable {
  /// Largest absolute error over the largest absolute reference value.
  package let max: Double
  /// Norm of the error over the norm of the reference.
  package let relativeL2: Double
  package let because: String

  package init(max: Double, relativeL2: Double, because: String) {
    self.max = max
    self.relativeL2 = relativeL2
    self.because = because
  }

  package func admits(_ error: RelativeError) -> Bool {
    // Written so that NaN fails.
    error.max <= max && error.relativeL2 <= relativeL2
  }
}
