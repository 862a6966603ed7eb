import Convolution

extension Network {
  package static let resNet18 = Network(
    "resnet18", summary: "18 layers with weights, in blocks of two 3x3 convolutions", citation: resNetPaper
  ) { net in
    net.residualStages(counts: [2, 2, 2, 2], expansion: 1) { net, block in
      net.normalized(
        "\(block.name)/conv1", channels: block.channels, kernel: 3, stride: block.stride, activation: .relu)
      net.normalized("\(block.name)/conv2", channels: block.channels, kernel: 3)
    }
  }

  package static let resNet50 = Network(
    "resnet50", summary: "50 layers with weights, in bottlenecks", citation: resNetPaper,
    deviations: "version 1.5: a bottleneck's stride is that of its 3x3 convolution, not of the 1x1 before it"
  ) { net in
    net.residualStages(counts: [3, 4, 6, 3], expansion: 4) { net, block in
      net.normalized("\(block.name)/conv1", channels: block.channels, kernel: 1, activation: .relu)
      net.normalized(
        "\(block.name)/conv2", channels: block.channels, kernel: 3, stride: block.stride, activation: .relu)
      net.normalized("\(block.name)/conv3", channels: 4 * block.channels, kernel: 1)
    }
  }

  private static let resNetPaper = "He, Zhang, Ren & Sun 2015, Deep Residual Learning for Image Recognition"
}

private struct ResidualBlock {
  let name: String
  /// Of its 3x3 convolutions.
  let channels: Int
  let stride: LayerBuilder.Extent
}

extension LayerBuilder {
  /// The whole network around what `body` appends for each block: the first layers, four stages, the classifier.
  ///
  /// A block adds its input to what it computes, through a 1x1 convolution where the published shapes differ: the first
  /// of each stage, unless neither stride nor expansion changes anything. The padding is explicit, the same on every
  /// side; SAME would shift the windows of stride 2 by a pixel.
  ///
  /// - Parameter expansion: output channels of a block for each of its 3x3 convolutions' channels
  fileprivate mutating func residualStages(
    counts: [Int], expansion: Int, _ body: (inout LayerBuilder, ResidualBlock) -> Void
  ) {
    normalized("conv1", channels: 64, kernel: 7, stride: 2, activation: .relu)
    maxPool("pool1", size: 3, stride: 2, padding: .explicit(1))
    var number = 0
    for (stage, count) in counts.enumerated() {
      for index in 0..<count {
        number += 1
        let stride: Extent = stage > 0 && index == 0 ? 2 : 1
        let block = ResidualBlock(name: "block\(number)", channels: 64 << stage, stride: stride)
        let start = tap
        body(&self, block)
        let projects = index == 0 && (stage > 0 || expansion > 1)
        let shortcut = projects ? projection(of: start, in: block) : start
        add("\(block.name)/add", shortcut, activation: .relu)
      }
    }
    globalAveragePool("pool5")
    fullyConnected("fc", units: 1000)
  }

  private mutating func projection(of start: Tap, in block: ResidualBlock) -> Tap {
    let channels = shape.channels
    return branch(from: start) { net in
      net.normalized("\(block.name)/shortcut", channels: channels, kernel: 1, stride: block.stride)
    }
  }

  fileprivate mutating func normalized(
    _ name: String, channels: Int, kernel: Int, stride: Extent = 1, activation: Activation = .none
  ) {
    convolution(
      name, channels: channels, kernel: .init(kernel), stride: stride, padding: .explicit(kernel / 2), bias: false)
    batchNormalization(activation: activation)
  }
}
