import Convolution
import Terms

/// In a pass with gradients, a 1x1 convolution whose batch norm is folded into it and the depthwise convolution that is
/// the next layer and alone reads it run strip by strip, in both directions, where their back end has a plan for that.
/// What is between the two stays in a core's cache, and backward computes it again.
struct KeepExpansionInCache: FusionRule {
  func apply(to fusion: inout FusionPass) throws(NetworkError) {
    guard fusion.pass.hasGradients else { return }
    for first in fusion.convolutionGroups where fusion.group(from: first)?.convolutions[0].normalization != nil {
      guard let next = fusion.graph.adjacentReader(of: fusion[first].last), fusion.graph.isNormalized(next),
        fusion.convolution(next).problem.isDepthwise, !fusion.convolution(next).hasBias
      else { continue }
      let pair = [fusion.convolution(first), fusion.convolution(next)]
      if pair.contains(where: { fusion.choice.runsApart($0.name) }) { continue }
      guard try hasPlan(pair, fusion) else {
        fusion.note(first, "It does not run with the depthwise convolution behind it: no back end has a plan for both.")
        continue
      }
      fusion.merge(next, into: first)
      fusion[first].keepsExpansionInCache = true
    }
  }

  private func hasPlan(_ pair: [FusedConvolution], _ fusion: FusionPass) throws(NetworkError) -> Bool {
    let backend = try fusion.backend(of: pair[0], .forward).backend
    for convolution in pair {
      for direction in fusion.directions(convolution.layer) {
        guard try fusion.backend(of: convolution, direction).backend.name == backend.name else { return false }
      }
    }
    return fusion.plan(expansion: pair, images: fusion.batch, on: backend) != nil
  }
}
