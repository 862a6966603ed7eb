/// The shapes of a model's values for a batch size, as far as they follow from its inputs and constants; where they do
/// not, the shapes that the file states.
struct ShapeInference {
  private(set) var shapes: [String: [Int]] = [:]
  /// Values that are lists of integers, such as a shape to reshape to.
  private(set) var integers: [String: [Int]] = [:]
  /// The index of the node that computes a value.
  private(set) var producers: [String: Int] = [:]
  let model: ONNXModel
  let batch: Int

  /// Sizes beyond this are no shapes, and products of a few of them do not overflow.
  static let largestSize = 1 << 30
  /// Values of the largest tensor.
  static let mostValues = 1 << 40
  static let mostDimensions = 16

  init(_ model: ONNXModel, batch: Int) {
    (self.model, self.batch) = (model, batch)
    for (name, tensor) in model.initializers { set(name, tensor) }
    for input in model.inputs { self[input.name] = input.shape.flatMap(sizes) }
    for (index, node) in model.nodes.enumerated() {
      for output in node.outputs { producers[output] = index }
      if node.kind == "Constant" {
        if let tensor = node.tensor("value") { set(node.outputs[0], tensor) }
        continue
      }
      if let values = integers(of: node) { integers[node.outputs[0]] = values }
      self[node.outputs[0]] = shape(of: node)
      for output in node.outputs where shapes[output] == nil { self[output] = model.stated[output].flatMap(sizes) }
    }
  }

  subscript(name: String?) -> [Int]? {
    get { name.flatMap { shapes[$0] } }
    set {
      guard let name, let shape = newValue, shape.count <= Self.mostDimensions,
        shape.allSatisfy({ (1...Self.largestSize).contains($0) }), Self.product(shape) != nil
      else { return }
      shapes[name] = shape
    }
  }

  /// The sizes of a stated shape: a first one that is not fixed is the batch.
  private func sizes(_ shape: [ONNXModel.Dimension]) -> [Int]? {
    var sizes: [Int] = []
    for (index, dimension) in shape.enumerated() {
      switch dimension {
      case .size(let size) where size > 0: sizes.append(size)
      // Old exporters write a free batch as 0 or -1.
      case _ where index == 0: sizes.append(batch)
      default: return nil
      }
    }
    return sizes
  }

  private mutating func set(_ name: String, _ tensor: ONNXModel.Tensor) {
    self[name] = tensor.shape
    if tensor.shape.count <= 1, (tensor.count ?? 0) <= Self.mostDimensions {
      integers[name] = try? model.integers(tensor)
    }
  }

  /// The node that computes a value.
  func producer(of name: String?) -> ONNXModel.Node? { name.flatMap { producers[$0] }.map { model.nodes[$0] } }

  /// A constant of the file, whichever way it is written.
  func constant(_ name: String?) -> ONNXModel.Tensor? {
    guard let name else { return nil }
    if let tensor = model.initializers[name] { return tensor }
    guard let node = producer(of: name) else { return nil }
    return node.kind == "Constant" ? node.tensor("value") : nil
  }

  // MARK: Operators

  /// What it does to the shape of its first input: nothing.
  private static let elementwise: Set<String> = [
    "Abs", "BatchNormalization", "Cast", "Clip", "Dropout", "Elu", "Erf", "Exp", "Gelu", "HardSigmoid", "HardSwish",
    "Identity", "InstanceNormalization", "LRN", "LayerNormalization", "LeakyRelu", "Log", "LogSoftmax", "Mish", "Neg",
    "PRelu", "Relu", "Selu", "Sigmoid", "Softmax", "Softplus", "Sqrt", "Tanh",
  ]

  private func shape(of node: ONNXModel.Node) -> [Int]? {
    let input = self[node.input(0)]
    switch node.kind {
    case _ where Self.elementwise.contains(node.kind): return input
    case "Add", "Sub", "Mul", "Div", "Pow", "Sum", "Max", "Min": return broadcast(node.inputs.map { self[$0] })
    case "Conv":
      guard let input, let filter = self[node.input(1)], let window = ONNXWindow(node, input, kernel: filter) else {
        return nil
      }
      return [input[0], filter[0]] + window.outputs
    case "MaxPool", "AveragePool":
      guard let input, let window = ONNXWindow(node, input, kernel: nil) else { return nil }
      return input.prefix(2) + window.outputs
    case "GlobalAveragePool", "GlobalMaxPool":
      return input.map { $0.prefix(2) + [Int](repeating: 1, count: max($0.count - 2, 0)) }
    case "Concat": return concatenated(node)
    case "Flatten":
      guard let input, let axis = Self.axis(node.integer("axis", default: 1), of: input.count + 1) else { return nil }
      guard let first = Self.product(input[..<axis]), let second = Self.product(input[axis...]) else { return nil }
      return [first, second]
    case "Reshape": return input.flatMap { reshaped($0, to: integers[node.input(1) ?? ""] ?? node.integers("shape")) }
    case "Transpose":
      guard let input else { return nil }
      let order = node.integers("perm") ?? Array(input.indices.reversed())
      guard order.sorted() == Array(input.indices) else { return nil }
      return order.map { input[$0] }
    case "Squeeze", "Unsqueeze": return input.flatMap { squeezed($0, node) }
    case "ReduceMean": return input.flatMap { reduced($0, node) }
    case "Gemm": return Product(gemm: node, self)?.shape
    case "MatMul": return Product(matMul: node, self)?.shape
    default: return nil
    }
  }

  /// An axis as an index, where it is one of a shape with so many dimensions.
  static func axis(_ axis: Int, of rank: Int) -> Int? {
    (-rank..<rank).contains(axis) ? (axis + rank) % max(rank, 1) : nil
  }

  /// Nil where it is beyond all sizes.
  static func product(_ sizes: some Sequence<Int>) -> Int? {
    var result = 1
    for size in sizes {
      let (product, overflow) = result.multipliedReportingOverflow(by: size)
      guard !overflow, product <= mostValues else { return nil }
      result = product
    }
    return result
  }

  private func broadcast(_ inputs: [[Int]?]) -> [Int]? {
    var result: [Int] = []
    for input in inputs {
      guard let input else { return nil }
      let rank = max(result.count, input.count)
      let padded = [result, input].map { [Int](repeating: 1, count: rank - $0.count) + $0 }
      guard zip(padded[0], padded[1]).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { return nil }
      result = zip(padded[0], padded[1]).map(max)
    }
    return result
  }

  private func concatenated(_ node: ONNXModel.Node) -> [Int]? {
    let inputs = node.inputs.map { self[$0] }
    guard var shape = inputs.first ?? nil, let axis = Self.axis(node.integer("axis", default: 1), of: shape.count)
    else {
      return nil
    }
    for input in inputs.dropFirst() {
      guard let input, input.count == shape.count, shape[axis] <= Self.largestSize else { return nil }
      guard shape.indices.allSatisfy({ $0 == axis || shape[$0] == input[$0] }) else { return nil }
      shape[axis] += input[axis]
    }
    return shape
  }

  /// 0 stands for the input's size, -1 for what remains.
  private func reshaped(_ input: [Int], to target: [Int]?) -> [Int]? {
    guard let target, target.count <= Self.mostDimensions, let count = Self.product(input) else { return nil }
    guard target.indices.allSatisfy({ target[$0] != 0 || $0 < input.count }) else { return nil }
    var shape = target.indices.map { target[$0] == 0 ? input[$0] : target[$0] }
    if let free = shape.firstIndex(of: -1) {
      shape[free] = 1
      guard shape.allSatisfy({ $0 > 0 }), let known = Self.product(shape), count % known == 0 else { return nil }
      shape[free] = count / known
    }
    return shape.allSatisfy { $0 > 0 } && Self.product(shape) == count ? shape : nil
  }

  /// The axes are an attribute in old versions, then an input.
  private func axes(_ node: ONNXModel.Node, rank: Int) -> [Int]? {
    let axes = (node.integers("axes") ?? integers[node.input(1) ?? ""])?.map { Self.axis($0, of: rank) }
    guard let axes, axes.allSatisfy({ $0 != nil }) else { return nil }
    return axes.compactMap(\.self)
  }

  private func squeezed(_ input: [Int], _ node: ONNXModel.Node) -> [Int]? {
    if node.kind == "Squeeze" {
      guard node.inputs.count > 1 || node.integers("axes") != nil else { return input.filter { $0 != 1 } }
      guard let axes = axes(node, rank: input.count), axes.allSatisfy({ input[$0] == 1 }) else { return nil }
      return input.indices.filter { !axes.contains($0) }.map { input[$0] }
    }
    let added = (node.integers("axes") ?? integers[node.input(1) ?? ""])?.count ?? 0
    guard added <= Self.mostDimensions, let axes = axes(node, rank: input.count + added), Set(axes).count == added
    else {
      return nil
    }
    var rest = input.makeIterator()
    return (0..<input.count + added).map { axes.contains($0) ? 1 : rest.next() ?? 1 }
  }

  private func reduced(_ input: [Int], _ node: ONNXModel.Node) -> [Int]? {
    let all = node.inputs.count < 2 && node.integers("axes") == nil
    guard let axes = all ? Array(input.indices) : axes(node, rank: input.count) else { return nil }
    let keeps = node.integer("keepdims", default: 1) != 0
    return input.indices.compactMap { axes.contains($0) ? (keeps ? 1 : nil) : input[$0] }
  }

  /// The integers that a node computes from a shape, as exporters write `x.view(x.size(0), -1)`.
  private func integers(of node: ONNXModel.Node) -> [Int]? {
    let input = node.input(0).flatMap { integers[$0] }
    switch node.kind {
    case "Shape" where node.attributes.isEmpty: return self[node.input(0)]
    case "Identity", "Cast", "Squeeze", "Unsqueeze": return input
    case "Gather":
      guard let input, let indices = node.input(1).flatMap({ integers[$0] }), !input.isEmpty else { return nil }
      let places = indices.compactMap { Self.axis($0, of: input.count) }
      return places.count == indices.count ? places.map { input[$0] } : nil
    case "Concat":
      let parts = node.inputs.map { integers[$0] }
      guard parts.allSatisfy({ $0 != nil }) else { return nil }
      let values = parts.compactMap(\.self).flatMap(\.self)
      return values.count <= Self.mostDimensions ? values : nil
    default: return nil
    }
  }
}
