extension TinyNetwork {
  /// Batch norms, residual blocks, and layers that several others read.
  static let branches: [TinyNetwork] = [
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
  ]
}
