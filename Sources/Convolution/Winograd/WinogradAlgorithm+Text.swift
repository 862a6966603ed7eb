import Kernels
import Tensors

extension WinogradAlgorithm {
  /// The algorithm's name in results, e.g. `F(4x4,3x3)`.
  var description: String { "F(\(outputs)x\(outputs),\(taps)x\(taps))" }

  /// Measured against double precision on N(0, 1) data with 64 to 512 channels.
  var tolerance: Tolerance {
    switch self {
    case .f2x3:
      Tolerance(max: 5e-6, relativeL2: 2e-6, because: "the transforms of F(2x2,3x3) only add; 2-5e-7 measured")
    case .f4x3:
      Tolerance(
        max: 1e-5, relativeL2: 5e-6, because: "the transforms with +-sqrt2 round about twice as much as the definition")
    case .f2x5:
      Tolerance(
        max: 1e-5, relativeL2: 5e-6, because: "the input transform is that of F(4x4,3x3), and so is its rounding")
    case .f4x5:
      Tolerance(
        max: 5e-5, relativeL2: 2e-5, because: "the input transform is that of F(6x6,3x3), and so is its rounding")
    case .f6x3:
      Tolerance(
        max: 5e-5, relativeL2: 2e-5, because: "the points +-2 and +-1/2 to the fifth power round five times as much")
    }
  }
}

extension Tolerance {
  /// The filter gradient is computed with the points of F(4x4,3x3) in every variant.
  static let winogradFilterGradient = Tolerance(
    max: 1e-5, relativeL2: 5e-6,
    because: "as F(4x4,3x3); sums over many tiles average the rounding: 0.5-1.3e-6 measured")
}
