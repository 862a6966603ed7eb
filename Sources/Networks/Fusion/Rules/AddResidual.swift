/// In a forward pass, the sum that alone follows a convolution without an activation is part of its epilogue, with the
/// activation behind the sum, if the other term is there before the convolution runs.
struct AddResidual: FusionRule {
  func apply(to fusion: inout FusionPass) {
    for first in fusion.convolutionGroups {
      let group = fusion[first]
      let readers = fusion.graph.readers(of: group.last)
      guard !fusion.pass.hasGradients, let reader = readers.first,
        case .add(let activation) = fusion.graph.layers[reader].kind,
        let other = fusion.graph.layers[reader].inputs.first(where: { $0 != group.last })
      else { continue }
      if fusion.convolution(first).activation != .none {
        fusion.note(first, "The sum is not added on the way: an activation stands before it.")
      } else if readers.count > 1 {
        fusion.note(first, "The sum is not added on the way: \(readers.count) layers read what it adds.")
      } else if let other, other < first {
        fusion.update(first) {
          $0.residual = other
          $0.activation = activation
        }
        fusion.merge(reader, into: first)
      } else if other != nil {
        fusion.note(first, "The sum is not added on the way: its other term is computed later.")
      } else {
        fusion.note(first, "The sum is not added on the way: its other term is the network's input.")
      }
    }
  }
}
