extension Network {
  /// A form of LeNet-5 for two classes of larger colour images, as a script has it. Sides 150, 75, 38.
  package static let leNet5 = Network(
    "lenet5", summary: "a script's form for 150x150 colour images, two classes",
    citation: "LeCun, Bottou, Bengio & Haffner 1998, Gradient-Based Learning Applied to Document Recognition",
    deviations: "150x150 images of 3 channels; SAME padding; ReLU for tanh; average pools without weights; two classes",
    imageSize: 150
  ) { net in
    net.convolution("conv1", channels: 6, kernel: 5, activation: .relu)
    net.averagePool("pool1", size: 2, stride: 2, padding: .same)
    net.convolution("conv2", channels: 16, kernel: 5, activation: .relu)
    net.averagePool("pool2", size: 2, stride: 2, padding: .same)
    net.convolution("conv3", channels: 120, kernel: 5, activation: .relu)
    net.fullyConnected("fc4", units: 84, activation: .relu)
    net.fullyConnected("fc5", units: 2)
  }
}
