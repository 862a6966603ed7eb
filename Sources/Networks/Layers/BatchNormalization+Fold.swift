import Convolution
import Tensors

extension ProgramBuilder {
  /// Weights and bias of a convolution with batch norm by moving statistics folded in: once, in preparation.
  ///
  /// filter'[r, s, c, k] = filter[r, s, c, k] * a[k] and bias'[k] = beta[k] + (bias[k] - mean[k]) * a[k],
  /// a = gamma / sqrt(variance + epsilon).
  mutating func foldBatchNormalization(
    _ prefix: String, into weights: Tensor, bias: Tensor?, problem: ConvolutionProblem
  ) -> (weights: Tensor, bias: Tensor) {
    let names = ["gamma", "beta", "moving_mean", "moving_variance"]
    let norm = names.map { parameter("\(prefix)/\($0)") }
    let folded = Tensor("\(prefix)/folded_weights", count: weights.count, .persistent)
    let foldedBias = Tensor("\(prefix)/folded_biases", count: problem.outputChannels, .persistent)
    preparations.append(
      Operation(
        prefix, .forward, .weights, reads: norm + [weights] + [bias].compactMap(\.self), writes: [folded, foldedBias]
      ) { _ in
        let channels = problem.outputChannels
        var scale = [Float](repeating: 0, count: channels)
        for k in 0..<channels {
          let factor =
            Double(norm[0].floats[k])
            / (Double(norm[3].floats[k]) + Double(NormalizationState.epsilon)).squareRoot()
          let offset = Double(bias?.floats[k] ?? 0) - Double(norm[2].floats[k])
          foldedBias.floats[k] = Float(Double(norm[1].floats[k]) + offset * factor)
          scale[k] = Float(factor)
        }
        for row in 0..<(weights.count / channels) {
          for k in 0..<channels {
            folded.floats[row * channels + k] = weights.floats[row * channels + k] * scale[k]
          }
        }
      })
    return (folded, foldedBias)
  }
}
