import Convolution
import Terms

/// The plan of an input gradient multiplies it by the ReLU mask of the layer below, which nothing else reads, where its
/// back end can. Nothing reads the activation below after this layer's filter gradient, so that the input gradient
/// takes its place.
struct MaskInputGradient: FusionRule {
  func apply(to fusion: inout FusionPass) throws(NetworkError) {
    guard fusion.pass.hasGradients else { return }
    for first in fusion.convolutionGroups {
      guard let below = fusion.graph.layers[first].inputs[0], fusion.graph.layers[below].problem != nil,
        fusion.graph.layers[below].activation != .none
      else { continue }
      if let reason = try reasonAgainst(first, below: below, fusion) {
        fusion.note(first, "The input gradient is not multiplied by the mask of the layer below: \(reason)")
      } else {
        fusion.update(first) { $0.masksInputGradient = true }
      }
    }
  }

  private func reasonAgainst(_ first: Int, below: Int, _ fusion: FusionPass) throws(NetworkError) -> String? {
    let activation = fusion.graph.layers[below].activation
    guard activation == .relu else { return "its activation is \(activation.rawValue), not relu." }
    guard fusion.graph.soleReader(of: below) == first else { return "other layers read it too." }
    let convolution = fusion.convolution(first)
    let backend = try fusion.backend(of: convolution, .inputGradient).backend
    let offered = backend.fusions(convolution.problem, .inputGradient).contains(.reluBackward)
    return offered ? nil : "\(backend.name) cannot do that."
  }
}
