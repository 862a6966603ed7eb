/// In a forward pass, the output of a convolution with a folded batch norm is kept for the micro-batch at hand only,
/// where all that read it take the same micro-batch in the same schedule's group.
struct KeepOutputInMicroBatch: FusionRule {
  func apply(to fusion: inout FusionPass) {
    guard !fusion.pass.hasGradients else { return }
    for group in fusion.groups where group.microBatch.images(of: fusion.batch) < fusion.batch {
      guard let end = fusion.graph.readers(of: group.last).max(),
        (group.first...end).allSatisfy({ staysInGroup($0, fusion) })
      else { continue }
      fusion[group.first].outputImages = group.microBatch.images(of: fusion.batch)
    }
  }

  /// Whether a layer's operations take any micro-batch, or that of the forward pass.
  private func staysInGroup(_ index: Int, _ fusion: FusionPass) -> Bool {
    switch fusion.graph.layers[index].kind {
    case .convolution: fusion.graph.isNormalized(index) && !fusion.graph.hasBias(index)
    case .batchNormalization: fusion.graph.layers[index].inputs[0].map(fusion.graph.isNormalized) ?? false
    case .add, .activation, .concatenation: true
    default: false
    }
  }
}
