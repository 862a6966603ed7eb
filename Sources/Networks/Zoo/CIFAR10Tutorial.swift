import Convolution
import Kernels

extension Network {
  /// The network that the CIFAR-10 tutorial trains on random crops.
  package static let cifar10Tutorial = Network(
    "cifar10-tutorial", summary: "the tutorial's network for 24x24 crops, ten classes",
    citation: "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, in the form of TensorFlow's "
      + "CIFAR-10 tutorial, 2015",
    imageSize: 24
  ) { net in
    net.convolution("conv1", channels: 64, kernel: 5, activation: .relu)
    net.maxPool("pool1", size: 3, stride: 2, padding: .same)
    net.localResponse("norm1", .cifar10Tutorial)
    net.convolution("conv2", channels: 64, kernel: 5, activation: .relu)
    net.localResponse("norm2", .cifar10Tutorial)
    net.maxPool("pool2", size: 3, stride: 2, padding: .same)
    net.fullyConnected("local3", units: 384, activation: .relu)
    net.fullyConnected("local4", units: 192, activation: .relu)
    net.fullyConnected("softmax_linear", units: 10)
  }
}

extension LocalResponse {
  /// The tutorial divides AlexNet's alpha by the nine channels of a window.
  static let cifar10Tutorial = LocalResponse(radius: 4, bias: 1, alpha: 0.001 / 9, beta: 0.75)
}
