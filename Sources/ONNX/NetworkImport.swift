import Convolution
import Kernels
import Networks
import Tensors

/// Turns the graph of a model into layers, node by node. A node that no layer stands for is refused with its name.
struct NetworkImport {
  let model: ONNXModel
  let shapes: ShapeInference
  var layers: [ImportedLayer] = []
  /// By parameter name.
  var sources: [String: ParameterSource] = [:]
  /// The layer that has a value.
  var makers: [String: Int] = [:]
  /// Values that are others under another name or shape.
  var aliases: [String: String] = [:]
  /// How often a value is read.
  var readers: [String: Int] = [:]
  private var names: Set<String> = []
  let input: String
  let image: ImageShape

  static let operators = [
    "Add", "AveragePool", "BatchNormalization", "Clip", "Concat", "Conv", "Dropout", "Flatten", "Gemm",
    "GlobalAveragePool", "Identity", "LRN", "MatMul", "MaxPool", "Relu", "Reshape", "Softmax",
  ]

  init(_ model: ONNXModel) throws(ONNXError) {
    self.model = model
    shapes = ShapeInference(model, batch: 1)
    guard model.inputs.count == 1, model.outputs.count == 1 else {
      throw ONNXError(
        "it has \(model.inputs.count) inputs and \(model.outputs.count) outputs; a network has one of each")
    }
    input = model.inputs[0].name
    guard let shape = shapes[input], shape.count == 4 else {
      throw ONNXError(
        "its input '\(input)' needs a shape [batch, channels, height, width] of fixed sizes but the first")
    }
    image = ImageShape(height: shape[2], width: shape[3], channels: shape[1])
    try checkNames()
    let needed = neededNodes()
    for index in needed { for name in model.nodes[index].inputs { readers[name, default: 0] += 1 } }
    readers[model.outputs[0].name, default: 0] += 1
    for index in needed { try add(model.nodes[index]) }
    guard makers[resolved(model.outputs[0].name)] == layers.count - 1, !layers.isEmpty else {
      throw ONNXError("its output '\(model.outputs[0].name)' is no layer's")
    }
  }

  /// Every value has one name, and is computed once.
  private func checkNames() throws(ONNXError) {
    var names: Set<String> = [input]
    for output in model.nodes.lazy.flatMap(\.outputs) where !output.isEmpty {
      guard names.insert(output).inserted else { throw ONNXError("the value '\(output)' is computed twice") }
    }
  }

  /// The nodes that the output depends on, in the file's order.
  private func neededNodes() -> [Int] {
    var (needed, names) = (Set<Int>(), [model.outputs[0].name])
    while let name = names.popLast() {
      guard let index = shapes.producers[name], needed.insert(index).inserted else { continue }
      names += model.nodes[index].inputs
    }
    return needed.sorted()
  }

  // MARK: Values

  /// The value that a name stands for.
  private func resolved(_ name: String) -> String {
    var name = name
    while let other = aliases[name] { name = other }
    return name
  }

  /// The value of an input that a layer must have computed.
  func value(_ node: ONNXModel.Node, _ index: Int) throws(ONNXError) -> String {
    guard let name = node.input(index).map(resolved), name == input || makers[name] != nil else {
      throw refusal(node, "its input '\(node.input(index) ?? "")' is no layer's")
    }
    return name
  }

  private func isValue(_ name: String) -> Bool { resolved(name) == input || makers[resolved(name)] != nil }

  func constant(_ node: ONNXModel.Node, _ index: Int) throws(ONNXError) -> ONNXModel.Tensor {
    guard let tensor = shapes.constant(node.input(index)) else {
      throw refusal(node, "its input '\(node.input(index) ?? "")' is no constant")
    }
    return tensor
  }

  func refusal(_ node: ONNXModel.Node, _ reason: String) -> ONNXError {
    ONNXError("\(node.kind) '\(node.title)' cannot be a layer: \(reason)")
  }

  mutating func append(
    _ node: ONNXModel.Node, _ kind: ImportedLayer.Kind, _ inputs: [String], _ activation: Activation = .none
  ) -> String {
    let title = node.title.drop { $0 == "/" }
    var name = title.isEmpty ? "layer\(layers.count + 1)" : String(title)
    if names.contains(name) { name += "#\(layers.count + 1)" }
    names.insert(name)
    makers[node.outputs[0]] = layers.count
    layers.append(
      ImportedLayer(name: name, kind: kind, activation: activation, inputs: inputs, output: node.outputs[0]))
    return name
  }

  mutating func alias(_ node: ONNXModel.Node) throws(ONNXError) {
    let source = try value(node, 0)
    // What reads the alias, reads the value.
    readers[source, default: 0] += readers[node.outputs[0], default: 0] - 1
    aliases[node.outputs[0]] = source
  }

  // MARK: Nodes

  private mutating func add(_ node: ONNXModel.Node) throws(ONNXError) {
    // Shapes to reshape to, and constants, are no layers.
    if node.kind == "Constant" || (shapes.integers[node.outputs[0]] != nil && !node.inputs.contains(where: isValue)) {
      return
    }
    if node.kind == "Shape" { return }
    guard node.domain.isEmpty || node.domain == "ai.onnx", Self.operators.contains(node.kind) else {
      throw ONNXError(
        "it has the operator \(node.kind) ('\(node.title)'), which no layer stands for; there are layers for "
          + Self.operators.joined(separator: ", "))
    }
    switch node.kind {
    case "Conv": try addConvolution(node)
    case "Gemm", "MatMul": try addProduct(node)
    case "BatchNormalization": try addBatchNormalization(node)
    case "Relu": try addActivation(node, .relu)
    case "Clip": try addActivation(node, clip(node))
    case "MaxPool", "AveragePool": try addPool(node)
    case "GlobalAveragePool": _ = append(node, .globalAveragePool, [try value(node, 0)])
    case "Add": try addSum(node)
    case "Concat": try addConcatenation(node)
    case "LRN": try addLocalResponse(node)
    case "Dropout": try addDropout(node)
    case "Softmax":
      guard node.outputs[0] == model.outputs[0].name else { throw refusal(node, "it is not the last of the graph") }
      try alias(node)
    case "Flatten", "Reshape": try addFlattening(node)
    default: try alias(node)
    }
  }
}
