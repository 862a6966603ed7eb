extension Network {
  /// VGG16's convolutions for 32x32 images, with batch norm and dropout behind them.
  package static let vgg16CIFAR10 = Network(
    "vgg16-cifar10", summary: "VGG16's convolutions for 32x32 images, with batch norm, ten classes",
    citation: "Liu & Deng 2015, Very Deep Convolutional Neural Network Based Image Classification Using Small Training "
      + "Sample Size",
    deviations: "no bias where batch norm follows; no ReLU behind fc7, as the script has it", imageSize: 32
  ) { net in
    for (stage, convolutions) in VGGStage.vgg16.enumerated() {
      let block = stage + 1
      for index in 1...convolutions.count {
        net.convolution("conv\(block)_\(index)", channels: convolutions.channels, kernel: 3, bias: false)
        net.batchNormalization(activation: .relu)
        if index < convolutions.count { net.dropout("dropout\(block)_\(index)", keep: block == 1 ? 0.7 : 0.6) }
      }
      net.maxPool("pool\(block)", size: 2, stride: 2, padding: .same)
    }
    net.dropout("dropout5", keep: 0.5)
    net.fullyConnected("fc6", units: 512, bias: false)
    net.batchNormalization(activation: .relu)
    net.dropout("dropout6", keep: 0.5)
    net.fullyConnected("fc7", units: 512)
    net.fullyConnected("fc8", units: 10)
  }
}
