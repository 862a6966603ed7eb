/// In a forward pass, a batch norm by moving statistics becomes part of the weights and the bias of the convolution
/// that it alone follows.
struct FoldBatchNormalization: FusionRule {
  func apply(to fusion: inout FusionPass) {
    for first in fusion.convolutionGroups {
      let readers = fusion.graph.readers(of: fusion[first].last)
      for reader in readers {
        guard case .batchNormalization(let prefix, let activation) = fusion.graph.layers[reader].kind else { continue }
        if let reason = reasonAgainst(first, readers: readers.count, fusion) {
          fusion.note(first, reason)
        } else {
          fusion.update(first) {
            $0.normalization = prefix
            $0.activation = activation
          }
          fusion.merge(reader, into: first)
        }
      }
    }
  }

  private func reasonAgainst(_ first: Int, readers: Int, _ fusion: FusionPass) -> String? {
    if fusion.pass.hasGradients {
      return "Batch norm is not folded into the weights: its statistics are those of the batch."
    }
    if fusion.convolution(first).activation != .none {
      return "Batch norm is not folded into the weights: an activation stands before it."
    }
    return readers == 1 ? nil : "Batch norm is not folded into the weights: \(readers) layers read the convolution."
  }
}
