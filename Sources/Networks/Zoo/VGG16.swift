extension Network {
  package static let vgg16 = Network(
    "vgg16", summary: "configuration D", citation: vggPaper
  ) { net in
    net.vggStages(VGGStage.vgg16)
    net.classifier(units: 4096)
  }

  /// The script whose timing function this suite reproduces.
  package static let vgg16Tutorial = Network(
    "vgg16-2048", summary: "the tutorial script's form: fully connected layers of 2048", citation: vggPaper,
    deviations: "two fully connected layers of 2048, and a ReLU behind fc8, as the script has it"
  ) { net in
    net.vggStages(VGGStage.vgg16)
    net.classifier(units: 2048, activation: .relu)
  }

  static let vggPaper =
    "Simonyan & Zisserman 2014, Very Deep Convolutional Networks for Large-Scale Image Recognition"
}

/// Convolutions of one width, and the max pool behind them.
struct VGGStage {
  let channels: Int
  let count: Int

  init(_ channels: Int, _ count: Int) { (self.channels, self.count) = (channels, count) }

  static let vgg16 = [VGGStage(64, 2), VGGStage(128, 2), VGGStage(256, 3), VGGStage(512, 3), VGGStage(512, 3)]
}

extension LayerBuilder {
  /// 3x3 convolutions in five stages, each ending in a 2x2 max pool. The pools are SAME, as in the script: odd sides
  /// round up.
  mutating func vggStages(_ stages: [VGGStage]) {
    for (stage, (channels, count)) in stages.map({ ($0.channels, $0.count) }).enumerated() {
      for index in 1...count {
        convolution("conv\(stage + 1)_\(index)", channels: channels, kernel: 3, activation: .relu)
      }
      maxPool("pool\(stage + 1)", size: 2, stride: 2, padding: .same)
    }
  }
}
