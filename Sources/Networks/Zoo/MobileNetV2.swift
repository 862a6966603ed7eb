import Convolution

extension Network {
  package static let mobilenetV2 = Network(
    "mobilenetv2", summary: "width 1.0", citation: mobilenetPaper,
    deviations: "stride 2 pads SAME as TensorFlow does, the odd pixel at the bottom and right"
  ) { net in
    net.normalizedConvolution("conv1", channels: 32, kernel: 3, stride: 2)
    net.mobilenetStages(strides: [1, 2, 2, 2, 1, 2, 1]) { net, block in
      if block.expansion > 1 {
        net.normalizedConvolution("\(block.name)/expand", channels: net.shape.channels * block.expansion, kernel: 1)
      }
      net.depthwiseAndProject(block)
      // An identity shortcut where stride is 1 and channels agree: everywhere but in the first block of a stage.
      return block.isFirst ? .none : .identity
    }
    net.normalizedConvolution("conv9", channels: 1280, kernel: 1)
    net.globalAveragePool("pool9")
    net.fullyConnected("logits", units: 1000)
  }

  /// A hand-built tutorial form: the 64-channel stage at stride 1, projected shortcuts, logits without bias.
  package static let mobilenetV2Tutorial = Network(
    "mobilenetv2-tutorial", summary: "a tutorial's form: 64-channel stage at stride 1, 1x1 shortcuts",
    citation: mobilenetPaper,
    deviations: "strides 1, 2, 2, 1, 2, 2, 1; block 1 expands 1:1; 1x1 shortcuts where stride is 1 and channels "
      + "differ, except in the last block; no bias on the logits"
  ) { net in
    net.normalizedConvolution("conv1", channels: 32, kernel: 3, stride: 2)
    net.mobilenetStages(strides: [1, 2, 2, 1, 2, 2, 1]) { net, block in
      net.normalizedConvolution("\(block.name)/expand", channels: net.shape.channels * block.expansion, kernel: 1)
      net.depthwiseAndProject(block)
      if !block.isFirst { return .identity }
      return block.stride == 1 && block.channels != 320 ? .projection : .none
    }
    net.normalizedConvolution("conv9", channels: 1280, kernel: 1)
    net.globalAveragePool("pool9")
    net.fullyConnected("logits", units: 1000, bias: false)
  }

  private static let mobilenetPaper =
    "Sandler, Howard, Zhu, Zhmoginov & Chen 2018, MobileNetV2: Inverted Residuals and Linear Bottlenecks"
}

/// One inverted residual block.
private struct Block {
  let name: String
  let expansion: Int
  let channels: Int
  let stride: Int
  /// First of its stage: the one that may change channels and size.
  let isFirst: Bool

  enum Shortcut { case none, identity, projection }
}

extension LayerBuilder {
  /// Expansion, channels and repeats of the seven stages (the paper's table 2).
  private static let stages: [(expansion: Int, channels: Int, count: Int)] = [
    (1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1),
  ]

  fileprivate mutating func mobilenetStages(
    strides: [Int], _ body: (inout LayerBuilder, Block) -> Block.Shortcut
  ) {
    var number = 0
    for (stage, stride) in zip(Self.stages, strides) {
      for index in 0..<stage.count {
        number += 1
        let block = Block(
          name: "block\(number)", expansion: stage.expansion, channels: stage.channels, stride: index == 0 ? stride : 1,
          isFirst: index == 0)
        let start = tap
        switch body(&self, block) {
        case .none: break
        case .identity: add("\(block.name)/add", start)
        case .projection:
          let channels = shape.channels
          let shortcut = branch(from: start) { net in
            net.convolution("\(block.name)/shortcut", channels: channels, kernel: 1, bias: false)
          }
          add("\(block.name)/add", shortcut)
        }
      }
    }
  }

  fileprivate mutating func depthwiseAndProject(_ block: Block) {
    depthwise("\(block.name)/depthwise", kernel: 3, stride: .init(block.stride))
    batchNormalization(activation: .relu6)
    convolution("\(block.name)/project", channels: block.channels, kernel: 1, bias: false)
    batchNormalization()
  }

  fileprivate mutating func normalizedConvolution(_ name: String, channels: Int, kernel: Extent, stride: Extent = 1) {
    convolution(name, channels: channels, kernel: kernel, stride: stride, bias: false)
    batchNormalization(activation: .relu6)
  }
}
