/// In a pass with gradients, the output of a batch norm is kept for the micro-batch at hand only, where the normalized
/// convolution that is the next layer alone reads it. Backward computes it again: that takes less time than to store
/// and load it. Where the moments of the whole batch are taken first, the output has to be kept. Nor is the gradient of a normalized convolution's output kept for more than a micro-batch.
struct RecomputeNormalizedInput: FusionRule {
  func apply(to fusion: inout FusionPass) {
    guard fusion.pass.hasGradients else { return }
    for group in fusion.groups {
      guard case .batchNormalization = fusion.graph.layers[group.first].kind else { continue }
      if let reader = fusion.graph.adjacentReader(of: group.first), fusion.graph.isNormalized(reader),
        fusion.convolution(reader).normalization == nil
      {
        fusion[group.first].outputImages = fusion[reader].microBatch.images(of: fusion.batch)
        fusion.update(reader) { $0.filterInput = .recomputed(batchNormalization: group.first) }
      }
      if let below = fusion.graph.layers[group.first].inputs[0], fusion.graph.isNormalized(below) {
        fusion[group.first].inputGradientImages = fusion[fusion.first(of: below)].microBatch.images(of: fusion.batch)
      }
    }
  }
}
