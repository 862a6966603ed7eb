/// Three convolutions in a row, forward: an expansion, a depthwise one, and a 1x1 projection, each of which alone reads
/// what the one before it writes. The first may be any convolution of one group, such as the first layer of a network.
///
/// Source: Sandler et al. 2018, who note that the expanded tensor need never exist as a whole.
package struct InvertedResidual: Hashable, Sendable {
  package let expansion: ConvolutionRequest
  package let depthwise: ConvolutionRequest
  package let projection: ConvolutionRequest

  /// Nil unless the three are such a block: forward, nothing fused but epilogues, a residual at the end at most, and a
  /// depthwise convolution whose taps reach at most one column beyond the image on either side. Fully connected layers,
  /// as 1x1 convolutions of single pixels are, have plans of their own.
  package init?(_ expansion: ConvolutionRequest, _ depthwise: ConvolutionRequest, _ projection: ConvolutionRequest) {
    let requests = [expansion, depthwise, projection]
    let (first, second, third) = (expansion.problem, depthwise.problem, projection.problem)
    guard requests.allSatisfy({ $0.direction == .forward && $0.fusions == [] && $0.filterIsConstant }),
      !expansion.epilogue.residual, !depthwise.epilogue.residual,
      Set(requests.map(\.problem.batch)).count == 1, first.output == second.input, second.output == third.input,
      first.groups == 1, second.isDepthwise, second.outputChannelsPerGroup == 1, third.isPointwise, third.groups == 1,
      !first.isFullyConnected, !third.isFullyConnected
    else { return nil }
    let correlation = Correlation.forward(second)
    guard correlation.left <= 1, correlation.right <= 1 else { return nil }
    self.expansion = expansion
    self.depthwise = depthwise
    self.projection = projection
  }

  package var requests: [ConvolutionRequest] { [expansion, depthwise, projection] }
  package var batch: Int { projection.problem.batch }

  /// The same of another batch.
  package func with(batch: Int) -> InvertedResidual {
    func changed(_ request: ConvolutionRequest) -> ConvolutionRequest {
      var request = request
      request.problem.batch = batch
      return request
    }
    return InvertedResidual(changed(expansion), changed(depthwise), changed(projection))!
  }
}
