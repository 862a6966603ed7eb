/// What a group keeps from the forward pass for the backward pass.
struct SaveForBackward: FusionRule {
  func apply(to fusion: inout FusionPass) {
    guard fusion.pass.hasGradients else { return }
    for group in fusion.groups {
      fusion[group.first].keepsOutput = masksItself(group, fusion) || isReadBackward(group.last, fusion)
      switch fusion.graph.layers[group.last].kind {
      case .maxPool: fusion[group.first].saved = .argmax
      case .batchNormalization: fusion[group.first].saved = .channelStatistics
      case .dropout where fusion.dropsOut: fusion[group.first].saved = .dropoutSeed
      case .convolution where group.keepsExpansionInCache: fusion[group.first].saved = .channelStatistics
      default: break
      }
    }
  }

  /// Whether the output is the mask of the group's own activation. The argmax of a fused pool says that too.
  private func masksItself(_ group: FusedGroup, _ fusion: FusionPass) -> Bool {
    switch fusion.graph.layers[group.last].kind {
    case .add(let activation), .activation(let activation): activation != .none
    default: group.convolutions.contains { $0.activation != .none && $0.pool == nil }
    }
  }

  /// Whether the gradient of a layer that reads an output reads it again.
  private func isReadBackward(_ layer: Int, _ fusion: FusionPass) -> Bool {
    fusion.graph.readers(of: layer).contains { reader in
      switch fusion.graph.layers[reader].kind {
      case .convolution, .fullyConnected: fusion.convolution(reader).filterInput == .stored
      case .batchNormalization, .localResponse: true
      // Its output is its input where it drops nothing.
      case .dropout: !fusion.dropsOut && isReadBackward(reader, fusion)
      case .maxPool, .averagePool, .globalAveragePool, .add, .activation, .concatenation: false
      }
    }
  }
}
