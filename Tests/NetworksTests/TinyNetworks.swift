import Convolution
import Kernels
import Networks
import Tensors
import Testing

/// A network of a few hundred parameters around one kind of layer.
struct TinyNetwork: Sendable, CustomTestStringConvertible {
  let layers: [Layer]
  let testDescription: String
  let batch: Int

  /// - Parameter build: ends in the outputs whose l2 loss is differentiated.
  init(_ name: String, image: Int = 6, batch: Int = 2, _ build: @escaping @Sendable (inout LayerBuilder) -> Void) {
    self.init(name, input: ImageShape(height: image, width: image, channels: 3), batch: batch, build)
  }

  init(
    _ name: String, input: ImageShape, batch: Int = 2, _ build: @escaping @Sendable (inout LayerBuilder) -> Void
  ) {
    testDescription = name
    self.batch = batch
    layers = try! Network(name, summary: "", citation: "", input: input, layers: build).layers()
  }

  /// Every kind of layer that a network can have, and what surrounds it in the models. Below each is a layer with
  /// parameters, which see the gradient of its input.
  static let all: [TinyNetwork] = [
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
    .init("batch norm", image: 5) { net in
      net.convolution("conv1", channels: 4, kernel: 3, bias: false)
      net.batchNormalization()
      net.convolution("conv2", channels: 3, kernel: 3)
      net.batchNormalization()
      net.fullyConnected("fc1", units: 3)
    },
    .init("batch norm with ReLU6", image: 5, batch: 3) { net in
      net.convolution("conv1", channels: 4, kernel: 3, bias: false)
      net.batchNormalization(activation: .relu6)
      net.depthwise("depthwise", kernel: 3, stride: 1)
      net.batchNormalization(activation: .relu6)
      net.convolution("conv2", channels: 3, kernel: 1, bias: false)
      net.batchNormalization(activation: .relu)
      net.fullyConnected("fc1", units: 3)
    },
    .init("inverted residual blocks", image: 9, batch: 3) { net in
      net.normalized("conv1", channels: 6, stride: 2)
      net.depthwiseBlock("block1", channels: 4, stride: 1)
      let start = net.tap
      net.normalized("block2/expand", channels: 19, kernel: 1)
      net.depthwiseBlock("block2", channels: 4, stride: 1)
      net.add("block2/add", start)
      net.normalized("block3/expand", channels: 24, kernel: 1)
      net.depthwiseBlock("block3", channels: 5, stride: 2)
      net.fullyConnected("fc1", units: 3)
    },
    .init("inverted residual block whose expansion has a bias", batch: 3) { net in
      net.convolution("block1/expand", channels: 9, kernel: 1)
      net.batchNormalization(activation: .relu6)
      net.depthwiseBlock("block1", channels: 4, stride: 1)
      net.normalized("conv2", channels: 5, kernel: 1)
      net.fullyConnected("fc1", units: 3)
    },
    .init("inverted residual block with a projected shortcut", batch: 3) { net in
      net.normalized("conv1", channels: 4)
      let start = net.tap
      let shortcut = net.branch(from: start) { net in
        net.convolution("shortcut", channels: 5, kernel: 1, bias: false)
      }
      net.normalized("block1/expand", channels: 9, kernel: 1)
      net.depthwiseBlock("block1", channels: 5, stride: 1)
      net.add("block1/add", shortcut)
      net.fullyConnected("fc1", units: 3)
    },
    .init("other layers between an inverted residual block and its sum", batch: 3) { net in
      net.normalized("conv1", channels: 4)
      let start = net.tap
      net.normalized("block1/expand", channels: 9, kernel: 1)
      net.depthwiseBlock("block1", channels: 4, stride: 1)
      let other = net.branch(from: start) { net in
        net.convolution("other", channels: 4, kernel: 1)
      }
      net.add("block1/add", start)
      net.add("add2", other)
      net.fullyConnected("fc1", units: 3)
    },
    .init("batch norm whose convolution is read twice", image: 4) { net in
      net.convolution("conv1", channels: 4, kernel: 3)
      let convolved = net.tap
      net.batchNormalization(activation: .relu6)
      net.add("add1", convolved)
      net.fullyConnected("fc1", units: 3)
    },
    .init("dropout", image: 4) { net in
      net.convolution("conv1", channels: 4, kernel: 3, activation: .relu)
      net.dropout("dropout1", keep: 0.7)
      net.fullyConnected("fc1", units: 8, activation: .relu)
      net.dropout("dropout2", keep: 0.5)
      net.fullyConnected("fc2", units: 3)
    },
    .init("residual block", image: 4) { net in
      net.convolution("conv1", channels: 4, kernel: 3, activation: .relu)
      let start = net.tap
      net.convolution("conv2", channels: 4, kernel: 3, activation: .relu)
      net.convolution("conv3", channels: 4, kernel: 1)
      net.add("add1", start)
      net.fullyConnected("fc1", units: 3)
    },
    .init("residual block with projected shortcut and batch norm", image: 4, batch: 3) { net in
      net.convolution("conv1", channels: 3, kernel: 3, bias: false)
      net.batchNormalization(activation: .relu6)
      let start = net.tap
      net.convolution("conv2", channels: 5, kernel: 1, bias: false)
      net.batchNormalization()
      let shortcut = net.branch(from: start) { net in
        net.convolution("shortcut", channels: 5, kernel: 1, bias: false)
      }
      net.add("add1", shortcut)
      net.convolution("conv3", channels: 3, kernel: 1, bias: false)
      net.batchNormalization()
      net.fullyConnected("fc1", units: 3)
    },
    .init("other layers between a batch norm and the convolutions beside it", image: 4, batch: 3) { net in
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      let start = net.tap
      net.convolution("conv2", channels: 4, kernel: 1, bias: false)
      let first = net.branch(from: start) { net in
        net.convolution("branch1", channels: 5, kernel: 1)
      }
      net.batchNormalization(activation: .relu6)
      let second = net.branch(from: start) { net in
        net.convolution("branch2", channels: 5, kernel: 1)
      }
      net.convolution("conv3", channels: 5, kernel: 1, bias: false)
      net.batchNormalization()
      net.add("add1", first)
      net.add("add2", second)
      net.fullyConnected("fc1", units: 3)
    },
    .init("one layer that three others read", image: 4) { net in
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      let start = net.tap
      net.convolution("conv2", channels: 3, kernel: 3, activation: .relu6)
      net.add("add1", start)
      net.convolution("conv3", channels: 3, kernel: 1)
      net.add("add2", start)
      net.add("add3", start)
      net.fullyConnected("fc1", units: 3)
    },
    .init("sum of a layer with itself", image: 4) { net in
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      net.add("add1", net.tap)
      net.fullyConnected("fc1", units: 3)
    },
    .init("sum with the input", image: 4) { net in
      let start = net.tap
      net.convolution("conv1", channels: 3, kernel: 3)
      net.add("add1", start)
      net.fullyConnected("fc1", units: 3)
    },
    .init("sums with activations", image: 4) { net in
      net.convolution("conv1", channels: 3, kernel: 3, activation: .relu)
      let start = net.tap
      net.convolution("conv2", channels: 3, kernel: 3)
      net.add("add1", start, activation: .relu)
      net.convolution("conv3", channels: 3, kernel: 3, activation: .relu)
      net.add("add2", start, activation: .relu6)
      net.fullyConnected("fc1", units: 3)
    },
    .init("residual blocks with batch norm and activations, ReLU6 in one", batch: 3) { net in
      net.normalized("conv1", channels: 4)
      let first = net.tap
      net.convolution("conv2", channels: 4, kernel: 3, bias: false)
      net.batchNormalization(activation: .relu)
      net.convolution("conv3", channels: 4, kernel: 3, bias: false)
      net.batchNormalization()
      net.add("add1", first, activation: .relu)
      let second = net.tap
      net.convolution("conv4", channels: 5, kernel: 3, stride: 2, padding: .explicit(1), bias: false)
      net.batchNormalization()
      let shortcut = net.branch(from: second) { net in
        net.convolution("shortcut", channels: 5, kernel: 1, stride: 2, bias: false)
        net.batchNormalization()
      }
      net.add("add2", shortcut, activation: .relu6)
      net.fullyConnected("fc1", units: 3)
    },
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

extension LayerBuilder {
  fileprivate mutating func normalized(
    _ name: String, channels: Int, kernel: LayerBuilder.Extent = 3, stride: LayerBuilder.Extent = 1
  ) {
    convolution(name, channels: channels, kernel: kernel, stride: stride, bias: false)
    batchNormalization(activation: .relu6)
  }

  /// What follows the expansion.
  fileprivate mutating func depthwiseBlock(_ name: String, channels: Int, stride: LayerBuilder.Extent) {
    depthwise("\(name)/depthwise", kernel: 3, stride: stride)
    batchNormalization(activation: .relu6)
    convolution("\(name)/project", channels: channels, kernel: 1, bias: false)
    batchNormalization()
  }
}
