import Tensors

/// One tensor of a network against its reference.
///
/// Rounding alone can move a gradient far: where ReLU has an input near 0, or a pooling window two nearly equal maxima,
/// the last bit decides which way a whole gradient goes, and a full-size network has millions of such places. How far
/// is measured, not guessed: the same program runs on inputs and parameters disturbed by as much as the logits deviate,
/// and a gradient may lie a few times as far from the reference as the disturbances move it (a small backward error:
/// Higham 2002, section 1.5). A wrong kernel does not profit, since its error is no reaction to a disturbance.
package struct Comparison: Sendable {
  package let tensor: String
  package let error: RelativeError
  /// Relative L2 by which disturbances of rounding's size move this gradient; 0 where it was not needed.
  package internal(set) var sensitivity: Double

  package init(tensor: String, error: RelativeError, sensitivity: Double = 0) {
    self.tensor = tensor
    self.error = error
    self.sensitivity = sensitivity
  }

  package var tolerance: Tolerance { tensor == "logits" ? .logits : .gradient(sensitivity: sensitivity) }

  /// By the norm of the whole tensor: in a deep network single elements flip at the kinks.
  package var passed: Bool { error.relativeL2 <= tolerance.relativeL2 }
}

extension Tolerance {
  static let logits = Tolerance(
    max: .infinity, relativeL2: 5e-5,
    because: "up to 5e-6 from each convolution, carried through up to 53 layers")

  /// Three times the sensitivity, since the disturbances are samples, but never beyond a tenth: no gradient that is
  /// less certain than this can be called verified.
  static func gradient(sensitivity: Double) -> Tolerance {
    Tolerance(
      max: .infinity, relativeL2: Swift.min(Swift.max(1e-3, 3 * sensitivity), 0.1),
      because: "an activation within rounding of a kink sends its whole gradient another way")
  }
}
