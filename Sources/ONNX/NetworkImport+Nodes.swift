import Convolution
import Kernels
import Networks
import Tensors

/// One kind of node each.
extension NetworkImport {
  mutating func addConvolution(_ node: ONNXModel.Node) throws(ONNXError) {
    let (source, filter) = (try value(node, 0), try constant(node, 1))
    guard let shape = shapes[node.input(0)], shape.count == 4, filter.shape.count == 4,
      let window = ONNXWindow(node, shape, kernel: filter.shape)
    else { throw refusal(node, "its shapes do not fit") }
    let groups = node.integer("group", default: 1)
    guard groups > 0, shape[1] % groups == 0, filter.shape[1] == shape[1] / groups, filter.shape[0] % groups == 0 else {
      throw refusal(node, "\(groups) groups and a filter of \(filter.shape) do not fit \(shape[1]) channels")
    }
    let bias = node.input(2) == nil ? nil : try constant(node, 2)
    let name = append(
      node, .convolution(channels: filter.shape[0], window, groups: groups, bias: bias != nil), [source])
    sources["\(name)/weights"] = ParameterSource(tensor: filter, conversion: .filter)
    if let bias { sources["\(name)/biases"] = ParameterSource(tensor: bias, conversion: .none) }
  }

  mutating func addProduct(_ node: ONNXModel.Node) throws(ONNXError) {
    let isGemm = node.kind == "Gemm"
    let (source, matrix) = (try value(node, 0), try constant(node, 1))
    let product = isGemm ? Product(gemm: node, shapes) : Product(matMul: node, shapes)
    guard let product, node.integer("transA", default: 0) == 0, product.shape.count == 2, let image = shapes[source],
      image.count == 2 || image.count == 4
    else { throw refusal(node, "it is no product of [batch, inputs] with a constant matrix") }
    let bias = isGemm && node.input(2) != nil ? try constant(node, 2) : nil
    let name = append(node, .fullyConnected(units: product.columns, bias: bias != nil), [source])
    sources["\(name)/weights"] = ParameterSource(
      tensor: matrix,
      conversion: .matrix(
        isTransposed: isGemm && node.integer("transB", default: 0) != 0, channels: image[1],
        pixels: image.dropFirst(2).reduce(1, *)), scale: isGemm ? node.float("alpha", default: 1) : 1)
    if let bias {
      sources["\(name)/biases"] = ParameterSource(
        tensor: bias, conversion: .none, scale: node.float("beta", default: 1))
    }
  }

  mutating func addBatchNormalization(_ node: ONNXModel.Node) throws(ONNXError) {
    let source = try value(node, 0)
    let constants = [try constant(node, 1), try constant(node, 2), try constant(node, 3), try constant(node, 4)]
    guard node.integer("training_mode", default: 0) == 0 else { throw refusal(node, "it was exported for training") }
    let name = append(node, .batchNormalization, [source])
    for (kind, tensor) in zip(["gamma", "beta", "moving_mean", "moving_variance"], constants) {
      sources["\(name)/\(kind)"] = ParameterSource(tensor: tensor, conversion: .none)
    }
    // The suite adds an epsilon of its own to the variance.
    sources["\(name)/moving_variance"]?.offset = node.float("epsilon", default: 1e-5) - Network.normalizationEpsilon
  }

  /// An activation that alone reads a layer becomes that layer's.
  mutating func addActivation(_ node: ONNXModel.Node, _ activation: Activation) throws(ONNXError) {
    let source = try value(node, 0)
    guard let maker = makers[source], readers[source] == 1, layers[maker].activation == .none,
      layers[maker].kind.takesActivation
    else {
      _ = append(node, .activation, [source], activation)
      return
    }
    layers[maker].activation = activation
    try alias(node)
  }

  func clip(_ node: ONNXModel.Node) throws(ONNXError) -> Activation {
    func limit(_ name: String, _ index: Int, _ absent: Float) throws(ONNXError) -> Float {
      guard node.input(index) != nil else { return node.float(name, default: absent) }
      let values = try model.floats(constant(node, index))
      guard values.count == 1 else { throw refusal(node, "a limit is no number") }
      return values[0]
    }
    let (low, high) = (try limit("min", 1, -.infinity), try limit("max", 2, .infinity))
    switch (low, high) {
    case (0, 6): return .relu6
    case (0, Float.greatestFiniteMagnitude...): return .relu
    default: throw refusal(node, "its limits are \(low) and \(high); there are activations for 0 and 6 and for 0 alone")
    }
  }

  mutating func addPool(_ node: ONNXModel.Node) throws(ONNXError) {
    let source = try value(node, 0)
    guard let shape = shapes[node.input(0)], shape.count == 4, let window = ONNXWindow(node, shape, kernel: nil) else {
      throw refusal(node, "its windows do not fit")
    }
    guard window.dilations == [1, 1] else { throw refusal(node, "it is dilated") }
    if node.kind == "MaxPool" {
      guard node.outputs.dropFirst().allSatisfy({ readers[$0] == nil }) else {
        throw refusal(node, "its indices are read")
      }
      _ = append(node, .maxPool(window), [source])
      return
    }
    let countsPadding = node.integer("count_include_pad", default: 0) != 0
    guard !countsPadding || !window.isExtended else {
      throw refusal(node, "with ceil_mode and count_include_pad frameworks disagree on what it computes")
    }
    _ = append(node, .averagePool(window, countsPadding: countsPadding), [source])
  }

  /// A sum of two layers, or the bias of a product.
  mutating func addSum(_ node: ONNXModel.Node) throws(ONNXError) {
    guard let index = [0, 1].first(where: { shapes.constant(node.input($0)) != nil }) else {
      let (first, second) = (try value(node, 0), try value(node, 1))
      guard shapes[node.input(0)] == shapes[node.input(1)] else { throw refusal(node, "its inputs differ in shape") }
      _ = append(node, .add, [first, second])
      return
    }
    let (source, bias) = (try value(node, 1 - index), try constant(node, index))
    guard let maker = makers[source], readers[source] == 1, layers[maker].activation == .none,
      case .fullyConnected(let units, false) = layers[maker].kind, bias.count == units, bias.shape.last == units
    else { throw refusal(node, "it adds a constant that is no bias of a product") }
    layers[maker].kind = .fullyConnected(units: units, bias: true)
    sources["\(layers[maker].name)/biases"] = ParameterSource(tensor: bias, conversion: .none)
    readers[source] = readers[node.outputs[0], default: 0]
    aliases[node.outputs[0]] = source
  }

  mutating func addConcatenation(_ node: ONNXModel.Node) throws(ONNXError) {
    guard !node.inputs.isEmpty, shapes[node.outputs[0]]?.count == 4, [1, -3].contains(node.integer("axis", default: 1))
    else {
      throw refusal(node, "it does not join the channels of images")
    }
    var values: [String] = []
    for index in node.inputs.indices { values.append(try value(node, index)) }
    _ = append(node, .concatenation, values)
  }

  /// ONNX takes the mean over the window where the suite takes the sum.
  mutating func addLocalResponse(_ node: ONNXModel.Node) throws(ONNXError) {
    let size = node.integer("size", default: 0)
    guard size > 0, size % 2 == 1, size < 1 << 16 else {
      throw refusal(node, "its size of \(size) channels is no odd number")
    }
    let response = LocalResponse(
      radius: size / 2, bias: node.float("bias", default: 1), alpha: node.float("alpha", default: 1e-4) / Float(size),
      beta: node.float("beta", default: 0.75))
    _ = append(node, .localResponse(response), [try value(node, 0)])
  }

  mutating func addDropout(_ node: ONNXModel.Node) throws(ONNXError) {
    var ratio = node.float("ratio", default: 0.5)
    if node.input(1) != nil { ratio = try model.floats(constant(node, 1)).first ?? ratio }
    if ratio == 0 { return try alias(node) }
    _ = append(node, .dropout(keep: 1 - ratio), [try value(node, 0)])
  }

  /// [N, C, H, W] to [N, C * H * W], or no change at all.
  mutating func addFlattening(_ node: ONNXModel.Node) throws(ONNXError) {
    let (before, after) = (shapes[node.input(0)], shapes[node.outputs[0]])
    guard let before, let after, before == after || (after.count == 2 && after[0] == before[0]) else {
      throw refusal(node, "it does not make [batch, values] of an image")
    }
    try alias(node)
  }
}
