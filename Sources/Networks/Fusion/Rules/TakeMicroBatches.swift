/// Convolutions with a batch norm behind them, and no bias of their own, take the batch in micro-batches.
///
/// The 1x1 and depthwise convolutions there, and the norm's passes over memory, take as long as their tensors take to
/// load and store, unless the tensors are still in the cache from one operation to the next.
struct TakeMicroBatches: FusionRule {
  func apply(to fusion: inout FusionPass) {
    for first in fusion.convolutionGroups where fusion.graph.isNormalized(first) {
      fusion[first].microBatch = .images(images(first, fusion))
    }
  }

  private func images(_ first: Int, _ fusion: FusionPass) -> Int {
    if fusion.convolution(first).hasBias { return fusion.batch }
    // Without gradients nothing but another micro-batch ends a schedule's group, so all convolutions take the same.
    guard fusion.pass.hasGradients else { return fusion.forwardMicroBatch }
    // The activation, the gradient, and what the norm keeps or makes of it are in use around the group.
    let (layers, group) = (fusion.graph.layers, fusion[first])
    let floats = 3 * (layers[first].input.count + layers[group.last].output.count)
    return fusion.microBatches.first { fusion.fit($0, floats: floats) } ?? 1
  }
}
