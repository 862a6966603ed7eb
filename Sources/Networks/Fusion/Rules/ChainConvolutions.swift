import Convolution
import Terms

/// In a forward pass, convolutions that follow each other, each with a folded batch norm and no bias of its own, are
/// one group where their back end has a plan for the chain.
///
/// Such a plan depends on the micro-batch, and the micro-batch on what is stored around the groups. The pass takes the
/// largest micro-batch whose tensors fit the cache with the chains that are planned at it.
struct ChainConvolutions: FusionRule {
  func apply(to fusion: inout FusionPass) throws(NetworkError) {
    guard !fusion.pass.hasGradients, let normalized = fusion.convolutionGroups.first(where: fusion.graph.isNormalized)
    else { return }
    // Whatever is chained, this input is stored: no plan is made for micro-batches for which it alone is too large.
    let least = fusion.graph.layers[normalized].input.count
    for images in fusion.microBatches where images == 1 || fusion.fit(images, floats: least) {
      let chains = try chains(of: images, fusion)
      guard images == 1 || fusion.fit(images, floats: storedFloats(chains, fusion)) else { continue }
      for chain in chains {
        for next in chain.groups.dropFirst() { fusion.merge(next, into: chain.groups[0]) }
        fusion[chain.groups[0]].chain = chain.planned
      }
      fusion.forwardMicroBatch = images
      return
    }
  }

  private struct Chain {
    /// First layers of the groups that become one.
    let groups: [Int]
    let planned: FusedGroup.PlannedChain
  }

  private func chains(of images: Int, _ fusion: FusionPass) throws(NetworkError) -> [Chain] {
    var chains: [Chain] = []
    for first in fusion.convolutionGroups where first > chains.last?.groups.last ?? -1 {
      let run = try run(from: first, fusion)
      // The longest first.
      for count in stride(from: run.groups.count, to: 1, by: -1) {
        let requests = run.groups.prefix(count).map {
          fusion.request(fusion.convolution($0), .forward, images: images)
        }
        guard let chain = ConvolutionChain(requests), let plan = run.backend!.plan(chain, in: fusion.context) else {
          continue
        }
        chains.append(
          Chain(
            groups: Array(run.groups.prefix(count)),
            planned: FusedGroup.PlannedChain(chain: chain, plan: plan)))
        break
      }
    }
    return chains
  }

  /// The groups from `first` on of which each alone reads the one before it and is the next layer, all of one back end.
  private func run(
    from first: Int, _ fusion: FusionPass
  ) throws(NetworkError) -> (groups: [Int], backend: (any ConvolutionBackend)?) {
    var groups: [Int] = []
    var common: (any ConvolutionBackend)?
    var next: Int? = first
    while let group = fusion.group(from: next), fusion.graph.isNormalized(group.first),
      let convolution = group.convolutions.first, !convolution.hasBias, !fusion.choice.runsApart(convolution.name)
    {
      let backend = try fusion.backend(of: convolution, .forward).backend
      guard common == nil || common!.name == backend.name else { break }
      common = backend
      groups.append(group.first)
      if convolution.residual != nil { break }
      next = fusion.graph.adjacentReader(of: group.last)
    }
    return (groups, common)
  }

  /// Floats of an image around each normalized convolution and each chain.
  private func storedFloats(_ chains: [Chain], _ fusion: FusionPass) -> Int {
    let layers = fusion.graph.layers
    let chained = Set(chains.flatMap(\.groups))
    let single = fusion.convolutionGroups.filter { fusion.graph.isNormalized($0) && !chained.contains($0) }
    let around =
      single.map { layers[$0].input.count + layers[$0].output.count }
      + chains.map { layers[$0.groups[0]].input.count + layers[$0.groups.last!].output.count }
    return around.max() ?? 0
  }
}
