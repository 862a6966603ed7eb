import Kernels
import Tensors

extension TinyNetwork {
  /// Activations by themselves, average pools, explicit padding and concatenation.
  static let windows: [TinyNetwork] = [
    .init("inverted residual block with an activation behind its sum", batch: 3) { net in
      net.normalized("conv1", channels: 4)
      let start = net.tap
      net.normalized("block1/expand", channels: 9, kernel: 1)
      net.depthwiseBlock("block1", channels: 4, stride: 1)
      net.add("block1/add", start, activation: .relu)
      net.fullyConnected("fc1", units: 3)
    },
    .init("activations by themselves, ReLU6 too", image: 4) { net in
      net.convolution("conv1", channels: 4, kernel: 3)
      net.activation("relu1", .relu)
      net.convolution("conv2", channels: 4, kernel: 3, bias: false)
      net.batchNormalization()
      net.activation("relu2", .relu6)
      let start = net.tap
      net.convolution("conv3", channels: 4, kernel: 1)
      net.add("add1", start)
      net.activation("relu3", .relu)
      net.activation("relu4", .relu)
      net.fullyConnected("fc1", units: 3)
      net.activation("none", .none)
    },
    .init("activation of a layer that others read too", image: 4) { net in
      net.convolution("conv1", channels: 4, kernel: 3)
      let before = net.tap
      net.activation("relu1", .relu)
      net.activation("relu2", .relu)
      net.add("add1", before)
      net.fullyConnected("fc1", units: 3)
    },
    .init("dilated convolutions", image: 9) { net in
      net.convolution("conv1", channels: 4, kernel: 3, activation: .relu)
      net.convolution("conv2", channels: 6, kernel: 3, dilation: .init(2, 3), activation: .relu)
      net.convolution("conv3", channels: 4, kernel: 3, stride: 2, dilation: 2, groups: 2, bias: false)
      net.batchNormalization(activation: .relu)
      net.fullyConnected("fc1", units: 3)
    },
    .init("average pools", image: 7) { net in
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      net.averagePool("pool1", size: 2, stride: 2, padding: .same)
      net.convolution("conv2", channels: 19, kernel: 3)
      net.averagePool("pool2", size: 3, stride: 1, padding: .same)
      net.averagePool("pool3", size: 3, stride: 2)
      net.fullyConnected("fc1", units: 3)
    },
    .init("average pools whose padding counts, and with gaps", image: 8) { net in
      net.convolution("conv1", channels: 3, kernel: 3)
      net.averagePool("pool1", size: 3, stride: 2, padding: .explicit(1), countsPadding: true)
      net.convolution("conv2", channels: 4, kernel: 3)
      net.averagePool("pool2", size: 1, stride: 2)
      net.fullyConnected("fc1", units: 3)
    },
    .init("explicit padding", image: 7) { net in
      net.convolution(
        "conv1", channels: 4, kernel: 3, stride: 2, padding: .explicit(top: 2, bottom: 1, left: 0, right: 3),
        activation: .relu)
      net.maxPool("pool1", size: 3, stride: 2, padding: .explicit(1))
      net.convolution("conv2", channels: 3, kernel: 3, padding: .explicit(2), activation: .relu)
      net.averagePool("pool2", size: 2, stride: 1, padding: .explicit(top: 1, bottom: 0, left: 0, right: 1))
      net.convolution("conv3", channels: 3, kernel: 2, padding: .valid)
    },
    .init(
      "windows higher than wide, on images wider than high", input: ImageShape(height: 7, width: 10, channels: 2)
    ) { net in
      net.convolution("conv1", channels: 4, kernel: .init(3, 1), stride: .init(1, 2), activation: .relu)
      net.maxPool("pool1", size: .init(3, 2), stride: .init(2, 1))
      net.convolution("conv2", channels: 3, kernel: .init(1, 5), padding: .same)
      net.averagePool("pool2", size: .init(2, 3), stride: .init(1, 2), padding: .same)
      net.depthwise("depthwise", kernel: .init(3, 1), stride: 1, bias: true, activation: .relu)
      net.fullyConnected("fc1", units: 3)
    },
    .init("concatenation", image: 5) { net in
      net.convolution("conv1", channels: 4, kernel: 3, activation: .relu)
      let start = net.tap
      let branches = [
        net.branch(from: start) { $0.convolution("a", channels: 3, kernel: 1, activation: .relu) },
        net.branch(from: start) { net in
          net.convolution("b1", channels: 2, kernel: 1, activation: .relu)
          net.convolution("b2", channels: 17, kernel: 3)
        },
        net.branch(from: start) { $0.maxPool("c", size: 3, stride: 1, padding: .same) },
        start,
      ]
      net.concatenate("concat1", branches)
      net.convolution("conv2", channels: 3, kernel: 3)
    },
    .init("concatenation of one layer twice, and of the input", image: 4) { net in
      let image = net.tap
      net.convolution("conv1", channels: 2, kernel: 3, activation: .relu)
      net.concatenate("concat1", [net.tap, image, net.tap])
      net.fullyConnected("fc1", units: 3)
    },
    .init("concatenation between normalized convolutions", batch: 3) { net in
      net.normalized("conv1", channels: 4)
      let start = net.tap
      let side = net.branch(from: start) { $0.normalized("side", channels: 3, kernel: 1) }
      net.normalized("conv2", channels: 5)
      net.concatenate("concat1", [side, net.tap])
      net.normalized("conv3", channels: 3, kernel: 1)
      net.fullyConnected("fc1", units: 3)
    },
    .init("batch norms by themselves", image: 4, batch: 3) { net in
      net.batchNormalization("norm0")
      net.convolution("conv1", channels: 4, kernel: 3, activation: .relu)
      net.batchNormalization("norm1", activation: .relu)
      net.maxPool("pool1", size: 2, stride: 2)
      net.batchNormalization()
      net.fullyConnected("fc1", units: 5, bias: false)
      net.batchNormalization("norm2", activation: .relu)
      net.dropout("dropout1", keep: 0.5)
      net.fullyConnected("fc2", units: 3)
    },
    .init("layers without parameters first", image: 9) { net in
      net.maxPool("pool1", size: 3, stride: 2)
      net.localResponse("norm1", LocalResponse(radius: 1, bias: 1, alpha: 0.5, beta: 0.75))
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      net.globalAveragePool("pool2")
    },
  ]
}
