/// A chain of an expansion, a depthwise convolution and a 1x1 projection. The expansion may be any convolution of one
/// group, such as the first layer of a network.
///
/// Source: Sandler et al. 2018, who note that the expanded tensor need never exist as a whole.
struct InvertedResidual: Hashable, Sendable {
  let expansion: ConvolutionRequest
  let depthwise: ConvolutionRequest
  let projection: ConvolutionRequest

  /// Nil unless the chain is such a block, with a depthwise convolution whose taps reach at most one column beyond the
  /// image on either side. On single pixels the 1x1 convolutions are fully connected layers, whose plans sum in another
  /// order.
  init?(_ chain: ConvolutionChain) {
    let requests = chain.convolutions
    guard requests.count == 3 else { return nil }
    let (first, second, third) = (requests[0].problem, requests[1].problem, requests[2].problem)
    guard first.groups == 1, second.isDepthwise, second.outputChannelsPerGroup == 1, third.isPointwise,
      third.groups == 1, !second.isDilated, !first.isFullyConnected, !third.isFullyConnected
    else { return nil }
    let correlation = Correlation.forward(second)
    guard correlation.left <= 1, correlation.right <= 1 else { return nil }
    (expansion, depthwise, projection) = (requests[0], requests[1], requests[2])
  }

  var batch: Int { projection.problem.batch }
}
