import Convolution

/// Layers that are lowered together. Every layer of a network belongs to one group; most groups are one layer.
package struct FusedGroup: Sendable {
  /// Indices of its layers, in order. The last one's output is the group's.
  package internal(set) var layers: [Int]
  /// Names of its layers.
  package internal(set) var names: [String]
  /// The convolutions and fully connected layers among them.
  package internal(set) var convolutions: [FusedConvolution]
  /// How a pass with gradients finds the statistics of the batch norm in it, whose input is not computed.
  package internal(set) var moments: PointwiseMoments?
  /// Whether a 1x1 convolution with its batch norm and the depthwise convolution behind it run strip by strip.
  package internal(set) var keepsExpansionInCache = false
  /// The plan that does that.
  package internal(set) var expansion: ExpandedDepthwisePlan?
  /// The plan that computes all of its convolutions, where there are several.
  package internal(set) var chain: PlannedChain?
  /// Images that its plans take at a time.
  package internal(set) var microBatch = MicroBatch.batch
  /// Images that its output holds: the batch, or the micro-batch that was computed last.
  package internal(set) var outputImages: Int
  /// Images that a batch norm's input gradient holds; nil where it takes the place of the output gradient.
  package internal(set) var inputGradientImages: Int?
  /// Whether backward reads the output that forward stored.
  package internal(set) var keepsOutput = false
  /// What backward needs beside outputs.
  package internal(set) var saved = Saved.nothing
  /// Why a rule that almost matched did not: a sentence each.
  package internal(set) var notes: [String] = []

  package enum Saved: String, Sendable {
    case nothing
    /// A byte for each pooled value: which value of its window is the largest.
    case argmax
    /// The seed from which the dropout mask is drawn again.
    case dropoutSeed = "dropout seed"
    /// Mean, deviation, scale and shift of each channel.
    case channelStatistics = "channel statistics"
  }

  /// One plan for several convolutions.
  package struct PlannedChain: Sendable {
    package let chain: ConvolutionChain
    package let plan: any ConvolutionChainPlan
  }

  init(_ index: Int, in graph: LayerGraph, batch: Int) {
    layers = [index]
    names = [graph.layers[index].name]
    convolutions = graph.layers[index].problem == nil ? [] : [FusedConvolution(index, in: graph, batch: batch)]
    outputImages = batch
  }

  package var first: Int { layers[0] }
  package var last: Int { layers.last! }

  /// What it is called in tables: its convolutions, or its only layer. Names of one block are joined as in
  /// `block2/expand+depthwise+project`.
  package var name: String {
    guard convolutions.count > 1 else { return convolutions.first?.name ?? names[0] }
    var (text, before) = ("", Substring?.none)
    for name in convolutions.map(\.name) {
      let folder = name.lastIndex(of: "/").map { name[...$0] }
      if !text.isEmpty { text += "+" }
      text += folder != nil && folder == before ? String(name.dropFirst(folder!.count)) : name
      before = folder
    }
    return text
  }

  /// Which plans run, in the order in which a step runs them.
  package var assignments: [Assignment] { convolutions.flatMap(\.assignments) }
}
