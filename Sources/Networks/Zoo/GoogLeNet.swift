extension Network {
  /// Nine modules of four branches, whose outputs are concatenated. Sides at 224: 112, 56, 28, 14, 7.
  package static let googLeNet = Network(
    "googlenet", summary: "22 layers with weights, in inception modules",
    citation: "Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke & Rabinovich 2014, Going Deeper with "
      + "Convolutions",
    deviations:
      "without auxiliary classifiers, local response normalization and dropout, as the published tables time it"
  ) { net in
    net.convolution("conv1", channels: 64, kernel: 7, stride: 2, activation: .relu)
    net.maxPool("pool1", size: 3, stride: 2, padding: .same)
    net.convolution("conv2", channels: 64, kernel: 1, activation: .relu)
    net.convolution("conv3", channels: 192, kernel: 3, activation: .relu)
    net.maxPool("pool2", size: 3, stride: 2, padding: .same)
    net.inception("inception3a", 64, (96, 128), (16, 32), 32)
    net.inception("inception3b", 128, (128, 192), (32, 96), 64)
    net.maxPool("pool3", size: 3, stride: 2, padding: .same)
    net.inception("inception4a", 192, (96, 208), (16, 48), 64)
    net.inception("inception4b", 160, (112, 224), (24, 64), 64)
    net.inception("inception4c", 128, (128, 256), (24, 64), 64)
    net.inception("inception4d", 112, (144, 288), (32, 64), 64)
    net.inception("inception4e", 256, (160, 320), (32, 128), 128)
    net.maxPool("pool4", size: 3, stride: 2, padding: .same)
    net.inception("inception5a", 256, (160, 320), (32, 128), 128)
    net.inception("inception5b", 384, (192, 384), (48, 128), 128)
    net.globalAveragePool("pool5")
    net.fullyConnected("fc", units: 1000)
  }
}

extension LayerBuilder {
  /// - Parameters:
  ///   - pointwise: channels of the 1x1 convolution
  ///   - three: of the reduction before the 3x3 convolution, and of that convolution
  ///   - five: the same for the 5x5 convolution
  ///   - pooled: of the 1x1 convolution behind the pool
  fileprivate mutating func inception(
    _ name: String, _ pointwise: Int, _ three: (reduced: Int, channels: Int), _ five: (reduced: Int, channels: Int),
    _ pooled: Int
  ) {
    let start = tap
    let branches = [
      branch(from: start) { net in
        net.convolution("\(name)/1x1", channels: pointwise, kernel: 1, activation: .relu)
      },
      branch(from: start) { net in
        net.convolution("\(name)/3x3_reduce", channels: three.reduced, kernel: 1, activation: .relu)
        net.convolution("\(name)/3x3", channels: three.channels, kernel: 3, activation: .relu)
      },
      branch(from: start) { net in
        net.convolution("\(name)/5x5_reduce", channels: five.reduced, kernel: 1, activation: .relu)
        net.convolution("\(name)/5x5", channels: five.channels, kernel: 5, activation: .relu)
      },
      branch(from: start) { net in
        net.maxPool("\(name)/pool", size: 3, stride: 1, padding: .same)
        net.convolution("\(name)/pool_project", channels: pooled, kernel: 1, activation: .relu)
      },
    ]
    concatenate("\(name)/concat", branches)
  }
}
