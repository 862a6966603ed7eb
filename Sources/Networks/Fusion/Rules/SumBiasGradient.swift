import Convolution
import Terms

/// The plan of a filter gradient sums the output gradient for the bias too, where its back end can.
struct SumBiasGradient: FusionRule {
  func apply(to fusion: inout FusionPass) throws(NetworkError) {
    guard fusion.pass.hasGradients else { return }
    for first in fusion.convolutionGroups where fusion.convolution(first).hasBias {
      let convolution = fusion.convolution(first)
      let backend = try fusion.backend(of: convolution, .filterGradient).backend
      let isFused = backend.fusions(convolution.problem, .filterGradient).contains(.biasGradient)
      fusion.update(first) { $0.biasGradient = isFused ? .fused : .separate }
      if !isFused { fusion.note(first, "The bias gradient is summed separately: \(backend.name) cannot sum it.") }
    }
  }
}
