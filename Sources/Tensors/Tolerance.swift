/// The largest error that an algorithm's result may have against the double-precision reference, and the reason.
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
    // Comparisons with NaN are false, so NaN fails.
    error.max <= max && error.relativeL2 <= relativeL2
  }
}
