import Convolution
import Terms

/// The plan of a filter gradient sums the output gradient for the bias too, where its back end can. A batch norm that is
/// folded into the convolution has a bias as well.
struct SumBiasGradient: FusionRule {
  func apply(to fusion: inout FusionPass) throws(NetworkError) {
    guard fusion.pass.hasGradients else { return }
    for first in fusion.convolutionGroups {
      let convolution = fusion.convolution(first)
      guard convolution.epilogue.bias else { continue }
      let backend = try fusion.backend(of: convolution, .filterGradient).backend
      let isFused = backend.fusions(convolution.problem, .filterGradient).contains(.biasGradient)
      fusion.update(first) { $0.biasGradient = isFused ? .fused : .separate }
      if !isFused { fusion.note(first, "The bias gradient is summed separately: \(backend.name) cannot sum it.") }
    }
  }
}
