import Kernels

extension TinyNetwork {
  /// Single kinds of layers.
  static let singleLayers: [TinyNetwork] = [
    .init("convolution with stride") { net in
      net.convolution("conv1", channels: 4, kernel: 3, stride: 2, activation: .relu)
      net.convolution("conv2", channels: 3, kernel: 3, stride: 2, bias: false)
    },
    .init("convolution 5x5 with stride 3 on odd sides", image: 11) { net in
      net.convolution("conv1", channels: 2, kernel: 5, stride: 3)
      net.convolution("conv2", channels: 3, kernel: 5)
    },
    .init("convolutions 3x3", image: 9) { net in
      net.convolution("conv1", channels: 5, kernel: 3, activation: .relu)
      net.convolution("conv2", channels: 3, kernel: 3, activation: .relu)
    },
    .init("convolution 1x1") { net in
      net.convolution("conv1", channels: 5, kernel: 1, activation: .relu)
      net.convolution("conv2", channels: 7, kernel: 1)
      net.convolution("conv3", channels: 2, kernel: 1, stride: 2)
    },
    .init("groups", image: 5) { net in
      net.convolution("conv1", channels: 4, kernel: 3, activation: .relu)
      net.convolution("conv2", channels: 6, kernel: 3, groups: 2, activation: .relu)
      net.convolution("conv3", channels: 3, kernel: 3, groups: 3, bias: false)
    },
    .init("depthwise") { net in
      net.convolution("conv1", channels: 5, kernel: 1)
      net.depthwise("depthwise1", kernel: 3, stride: 1)
      net.depthwise("depthwise2", kernel: 3, stride: 2)
      net.convolution("conv2", channels: 3, kernel: 1)
    },
    .init("grouped with two outputs a channel") { net in
      net.convolution("conv1", channels: 6, kernel: 3, groups: 3)
      net.convolution("conv2", channels: 12, kernel: 3, groups: 6)
    },
    .init("fully connected", image: 3) { net in
      net.fullyConnected("fc1", units: 9, activation: .relu)
      net.fullyConnected("fc2", units: 5, bias: false)
      net.fullyConnected("fc3", units: 4, activation: .relu6)
    },
    .init("ReLU6") { net in
      net.convolution("conv1", channels: 4, kernel: 3, activation: .relu6)
      net.convolution("conv2", channels: 4, kernel: 3, activation: .relu6)
      net.fullyConnected("fc1", units: 3)
    },
    .init("max pool with overlap", image: 8) { net in
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      net.maxPool("pool1", size: 3, stride: 2)
      net.convolution("conv2", channels: 3, kernel: 3)
      net.maxPool("pool2", size: 3, stride: 2)
    },
    .init("max pool without overlap", image: 9) { net in
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      net.maxPool("pool1", size: 2, stride: 2)
      net.convolution("conv2", channels: 4, kernel: 3, activation: .relu)
      net.maxPool("pool2", size: 2, stride: 2)
      net.fullyConnected("fc1", units: 3)
    },
    .init("max pools that convolutions of whole vectors take in", image: 8) { net in
      net.convolution("conv1", channels: 16, kernel: 3, activation: .relu)
      net.maxPool("pool1", size: 2, stride: 2)
      net.convolution("conv2", channels: 32, kernel: 3, activation: .relu)
      net.maxPool("pool2", size: 2, stride: 2)
      net.fullyConnected("fc1", units: 3)
    },
    .init("SAME max pools on odd sides", image: 9) { net in
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      net.maxPool("pool1", size: 2, stride: 2, padding: .same)
      net.convolution("conv2", channels: 4, kernel: 3, activation: .relu)
      net.maxPool("pool2", size: 2, stride: 2, padding: .same)
      net.convolution("conv3", channels: 3, kernel: 3)
      net.maxPool("pool3", size: 2, stride: 2, padding: .same)
      net.fullyConnected("fc1", units: 3)
    },
    .init("SAME max pools with overlap", image: 7) { net in
      net.convolution("conv1", channels: 3, kernel: 3)
      net.maxPool("pool1", size: 3, stride: 1, padding: .same)
      net.convolution("conv2", channels: 4, kernel: 3)
      net.maxPool("pool2", size: 3, stride: 2, padding: .same)
      net.convolution("conv3", channels: 3, kernel: 1)
      net.maxPool("pool3", size: 5, stride: 3, padding: .same)
    },
    .init("SAME max pool of a single pixel", image: 1, batch: 3) { net in
      net.convolution("conv1", channels: 4, kernel: 1)
      net.maxPool("pool1", size: 3, stride: 2, padding: .same)
      net.fullyConnected("fc1", units: 3)
    },
    .init("SAME max pools that convolutions of whole vectors take in, and that they do not", image: 10) { net in
      net.convolution("conv1", channels: 16, kernel: 3, activation: .relu)
      net.maxPool("pool1", size: 2, stride: 2, padding: .same)
      net.convolution("conv2", channels: 16, kernel: 3, activation: .relu)
      net.maxPool("pool2", size: 2, stride: 2, padding: .same)
      net.fullyConnected("fc1", units: 3)
    },
    .init("local response of whole vectors", image: 4) { net in
      net.convolution("conv1", channels: 32, kernel: 3, activation: .relu)
      net.localResponse("norm1", LocalResponse(radius: 2, bias: 1, alpha: 0.5, beta: 0.75))
      net.convolution("conv2", channels: 3, kernel: 3)
    },
    .init("global average pool", image: 5) { net in
      net.convolution("conv1", channels: 4, kernel: 3, activation: .relu)
      net.globalAveragePool("pool1")
      net.fullyConnected("fc1", units: 3)
    },
    .init("local response", image: 4) { net in
      net.convolution("conv1", channels: 7, kernel: 3)
      net.localResponse("norm1", LocalResponse(radius: 2, bias: 1, alpha: 0.3, beta: 0.75))
      net.convolution("conv2", channels: 3, kernel: 1)
      net.localResponse("norm2", LocalResponse(radius: 1, bias: 2, alpha: 0.1, beta: 0.6))
      net.fullyConnected("fc1", units: 3)
    },
    .init("local response wider than its channels", image: 4) { net in
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      net.localResponse("norm1", LocalResponse(radius: 5, bias: 1, alpha: 1, beta: 1))
      net.fullyConnected("fc1", units: 3)
    },
  ]
}
