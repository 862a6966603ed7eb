import Convolution
import Tensors

extension ONNXModel {
  /// The convolutions and matrix products of a model.
  package struct Problems {
    /// In the order of the file, each with the name of its node.
    package fileprivate(set) var problems: [(name: String, problem: ConvolutionProblem)] = []
    /// A sentence for each node that is no problem of ours.
    package fileprivate(set) var leftOut: [String] = []
  }

  /// Every Conv and Gemm, and every MatMul with a constant.
  /// - Parameter batch: the first size of inputs that do not fix it
  package func problems(batch: Int) -> Problems {
    let shapes = ShapeInference(self, batch: batch)
    var found = Problems()
    for node in nodes {
      do throws(ONNXError) {
        guard let problem = try problem(node, shapes) else { continue }
        if let reason = problem.reasonInvalid ?? problem.reasonAbsurd { throw ONNXError(reason) }
        found.problems.append((node.title, problem))
      } catch {
        found.leftOut.append("\(node.kind) '\(node.title)' is left out: \(error.description).")
      }
    }
    return found
  }

  private func problem(_ node: Node, _ shapes: ShapeInference) throws(ONNXError) -> ConvolutionProblem? {
    switch node.kind {
    case "Conv": return try convolution(node, shapes)
    case "ConvTranspose", "DeformConv", "ConvInteger", "QLinearConv":
      throw ONNXError("the suite has no such convolution")
    case "Gemm", "MatMul":
      guard node.kind == "Gemm" || shapes.constant(node.input(1)) != nil else { return nil }
      guard let product = node.kind == "Gemm" ? Product(gemm: node, shapes) : Product(matMul: node, shapes) else {
        throw unknown(node, shapes)
      }
      return ConvolutionProblem(
        batch: product.rows, input: ImageShape(height: 1, width: 1, channels: product.depth),
        outputChannels: product.columns, kernel: .init(1))
    default: return nil
    }
  }

  /// A 1-D convolution is one of images of height 1.
  private func convolution(_ node: Node, _ shapes: ShapeInference) throws(ONNXError) -> ConvolutionProblem {
    guard let input = shapes[node.input(0)], let filter = shapes[node.input(1)] else { throw unknown(node, shapes) }
    guard input.count == filter.count, (3...4).contains(input.count) else {
      throw ONNXError("it is a \(max(input.count - 2, 0))-D convolution")
    }
    guard let window = ONNXWindow(node, input, kernel: filter) else {
      throw ONNXError("its kernel, strides and padding do not fit an input of \(input)")
    }
    let groups = node.integer("group", default: 1)
    guard groups > 0, input[1] % groups == 0, input[1] / groups == filter[1] else {
      throw ONNXError("\(groups) groups and a filter of \(filter) do not fit \(input[1]) channels")
    }
    func pair(_ list: [Int], _ flat: Int) -> (Int, Int) { list.count == 2 ? (list[0], list[1]) : (flat, list[0]) }
    let (height, width) = pair(Array(input.dropFirst(2)), 1)
    let (kernel, stride, dilation) = (pair(window.kernel, 1), pair(window.strides, 1), pair(window.dilations, 1))
    let (before, after) = (pair(window.before, 0), pair(window.after, 0))
    return ConvolutionProblem(
      batch: input[0], input: ImageShape(height: height, width: width, channels: input[1]), outputChannels: filter[0],
      kernel: .init(kernel.0, kernel.1), stride: .init(stride.0, stride.1),
      dilation: .init(dilation.0, dilation.1),
      padding: .init(top: before.0, bottom: after.0, left: before.1, right: after.1), groups: groups)
  }

  private func unknown(_ node: Node, _ shapes: ShapeInference) -> ONNXError {
    for name in node.inputs.prefix(2) where shapes[name] == nil {
      let source = shapes.producer(of: name).map { " that \($0.kind) '\($0.title)' computes" } ?? ""
      return ONNXError("the shape of '\(name)'\(source) is unknown; save the model with fixed sizes")
    }
    return ONNXError("the shapes of its inputs do not fit")
  }
}
