import Convolution
import Terms

/// In a pass with gradients, the batch norm behind a 1x1 convolution becomes part of its filter and bias: the statistics
/// of the batch follow from the means and the covariance of the convolution's input, which has fewer channels than what
/// it makes of them. So the norm makes no pass over the convolution's output, in either direction, and what stands
/// before the norm is not stored.
struct NormalizeByInputMoments: FusionRule {
  func apply(to fusion: inout FusionPass) {
    guard fusion.pass.hasGradients else { return }
    for first in fusion.convolutionGroups where fusion.graph.isNormalized(first) {
      let convolution = fusion.convolution(first)
      guard case .batchNormalization(let prefix, let activation) = fusion.graph.layers[first + 1].kind,
        convolution.isConvolution, convolution.problem.isPointwise, convolution.problem.groups == 1
      else { continue }
      if let reason = reasonAgainst(convolution, fusion) {
        fusion.note(first, "The norm's statistics are not taken from its input's covariance: \(reason)")
        continue
      }
      fusion.update(first) {
        $0.normalization = prefix
        $0.activation = activation
      }
      fusion.merge(first + 1, into: first)
    }
  }

  private func reasonAgainst(_ convolution: FusedConvolution, _ fusion: FusionPass) -> String? {
    if convolution.hasBias { return "the convolution has a bias." }
    let problem = convolution.problem
    let (channels, rows) = (problem.input.channels, problem.batch * problem.input.height * problem.input.width)
    guard CachePolicy.widensForMoments(channels: channels, outputs: problem.outputChannels) else {
      return "that of \(channels) channels takes longer than to read \(problem.outputChannels)."
    }
    guard CachePolicy.repaysMoments(rows: rows, channels: channels) else {
      return "products of \(channels) channels' matrices take longer than to read \(rows) pixels."
    }
    return nil
  }
}
