/// In a forward pass, an activation that is a layer of its own and alone follows a convolution without one belongs to
/// its epilogue.
struct FoldActivation: FusionRule {
  func apply(to fusion: inout FusionPass) {
    guard !fusion.pass.hasGradients else { return }
    for first in fusion.convolutionGroups {
      let readers = fusion.graph.readers(of: fusion[first].last)
      guard let reader = readers.first, case .activation(let activation) = fusion.graph.layers[reader].kind else {
        continue
      }
      if fusion.convolution(first).activation != .none {
        fusion.note(first, "The activation is not part of the group: another one stands before it.")
      } else if readers.count > 1 {
        fusion.note(first, "The activation is not part of the group: \(readers.count) layers read what it reads.")
      } else {
        fusion.update(first) { $0.activation = activation }
        fusion.merge(reader, into: first)
      }
    }
  }
}
