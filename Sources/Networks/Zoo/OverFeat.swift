extension Network {
  /// OverFeat's fast model. Sides at 231: 56, 28, 24, 12, 6.
  package static let overfeat = Network(
    "overfeat", summary: "the fast model, as the first published tables timed it",
    citation:
      "Sermanet, Eigen, Zhang, Mathieu, Fergus & LeCun 2013, OverFeat: Integrated Recognition, Localization and "
      + "Detection using Convolutional Networks",
    deviations: "no dropout, as in the tables", imageSize: 231
  ) { net in
    net.convolution("conv1", channels: 96, kernel: 11, stride: 4, padding: .valid, activation: .relu)
    net.maxPool("pool1", size: 2, stride: 2)
    net.convolution("conv2", channels: 256, kernel: 5, padding: .valid, activation: .relu)
    net.maxPool("pool2", size: 2, stride: 2)
    net.convolution("conv3", channels: 512, kernel: 3, activation: .relu)
    net.convolution("conv4", channels: 1024, kernel: 3, activation: .relu)
    net.convolution("conv5", channels: 1024, kernel: 3, activation: .relu)
    net.maxPool("pool5", size: 2, stride: 2)
    net.fullyConnected("fc6", units: 3072, activation: .relu)
    net.fullyConnected("fc7", units: 4096, activation: .relu)
    net.fullyConnected("fc8", units: 1000)
  }
}
