import Tensors
import Terms

extension Tolerance {
  /// For algorithms that do the definition's multiplications in another order: 0.3-2.5e-6 measured up to 4608 terms
  /// (512 channels, 3x3); the rounding errors of a longer sum grow with the square root of its length.
  static func direct(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
    let growth = Swift.max(1, Double(problem.terms(direction)) / 4608).squareRoot()
    return Tolerance(
      max: 5e-6 * growth, relativeL2: 2e-6 * growth, because: "single-precision sums in another order")
  }
}

extension ConvolutionProblem {
  /// Products that are summed for one element of the result.
  package func terms(_ direction: Direction) -> Int { max(macs / resultCount(direction), 1) }

  /// The most products that one element of the result sums: those whose operands lie inside the image.
  func products(_ direction: Direction) -> Int {
    func inside(_ kernel: Int, _ stride: Int, _ dilation: Int, _ input: Int, _ output: Int) -> Int {
      switch direction {
      case .forward: min(kernel, input.dividedRoundingUp(by: dilation))
      // Of the taps of a dilated kernel, more than every stride-th may meet a pixel.
      case .inputGradient where dilation > 1: min(kernel, output)
      case .inputGradient: min(kernel.dividedRoundingUp(by: stride), output)
      case .filterGradient: min(output, input.dividedRoundingUp(by: stride))
      }
    }
    let pixels =
      inside(kernel.height, stride.height, dilation.height, input.height, output.height)
      * inside(kernel.width, stride.width, dilation.width, input.width, output.width)
    return switch direction {
    case .forward: pixels * channelsPerGroup
    case .inputGradient: pixels * outputChannelsPerGroup
    case .filterGradient: pixels * batch
    }
  }
}
