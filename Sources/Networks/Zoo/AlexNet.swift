import Convolution
import Kernels

extension Network {
  /// AlexNet with its two groups and local response normalization. Sides at 224: 56, 27, 13, 6; at 227: 57, 28, 13, 6.
  package static let alexnet = Network(
    "alexnet", summary: "grouped, with LRN",
    citation: "Krizhevsky, Sutskever & Hinton 2012, ImageNet Classification with Deep Convolutional Neural Networks",
    deviations: "conv1 pads SAME (56x56 outputs at 224, not 55x55); LRN constants as in TensorFlow's scripts"
  ) { net in
    net.convolution("conv1", channels: 96, kernel: 11, stride: 4, activation: .relu)
    net.localResponse("norm1", response)
    net.maxPool("pool1", size: 3, stride: 2)
    net.convolution("conv2", channels: 256, kernel: 5, groups: 2, activation: .relu)
    net.localResponse("norm2", response)
    net.maxPool("pool2", size: 3, stride: 2)
    net.convolution("conv3", channels: 384, kernel: 3, activation: .relu)
    net.convolution("conv4", channels: 384, kernel: 3, groups: 2, activation: .relu)
    net.convolution("conv5", channels: 256, kernel: 3, groups: 2, activation: .relu)
    net.maxPool("pool5", size: 3, stride: 2)
    net.classifier(units: 4096)
  }

  /// The ungrouped form without LRN that most published tables time.
  package static let alexnetOneWeirdTrick = Network(
    "alexnet-owt", summary: "ungrouped, without LRN: the form of most published tables",
    citation: "Krizhevsky 2014, One weird trick for parallelizing convolutional neural networks",
    deviations: "conv1 pads SAME"
  ) { net in
    net.convolution("conv1", channels: 64, kernel: 11, stride: 4, activation: .relu)
    net.maxPool("pool1", size: 3, stride: 2)
    net.convolution("conv2", channels: 192, kernel: 5, activation: .relu)
    net.maxPool("pool2", size: 3, stride: 2)
    net.convolution("conv3", channels: 384, kernel: 3, activation: .relu)
    net.convolution("conv4", channels: 256, kernel: 3, activation: .relu)
    net.convolution("conv5", channels: 256, kernel: 3, activation: .relu)
    net.maxPool("pool5", size: 3, stride: 2)
    net.classifier(units: 4096)
  }

  private static let response = LocalResponse(radius: 2, bias: 1, alpha: 2e-5, beta: 0.75)
}

extension LayerBuilder {
  /// The three fully connected layers that AlexNet and VGG end in.
  mutating func classifier(units: Int, activation: Activation = .none) {
    fullyConnected("fc6", units: units, activation: .relu)
    dropout("dropout6", keep: 0.5)
    fullyConnected("fc7", units: units, activation: .relu)
    dropout("dropout7", keep: 0.5)
    fullyConnected("fc8", units: 1000, activation: activation)
  }
}
