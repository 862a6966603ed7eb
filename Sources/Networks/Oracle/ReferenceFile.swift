import Convolution
import Tensors

/// A file with a network's input, parameters, logits and gradients as another framework computed them.
///
/// Keys: `input` [N, H, W, 3], every parameter by name, `logits` [N, classes], `gradient/<parameter>`; metadata `model`,
/// `image_size`, `batch_norm`: `batch` (batch statistics), `moving` (moving statistics, no gradients) or `none`.
package struct ReferenceFile {
  package let network: Network
  package let layers: [Layer]
  package let batch: Int
  package let imageSize: Int
  /// The passes that the file can check.
  package let passes: [Pass]
  private let file: Safetensors

  /// - Throws: `TensorFileError` or `NetworkError` where the file is malformed or belongs to another model.
  package init(path: String, model: Network) throws {
    file = try Safetensors(path: path)
    network = model
    func fail(_ reason: String) -> TensorFileError { TensorFileError(path: path, reason: reason) }
    if let stated = file.metadata["model"], stated != model.name {
      throw fail("this is a reference for '\(stated)', not for '\(model.name)'.")
    }
    let shape = try file.shape(of: "input")
    guard shape.count == 4, shape[0] >= 1, shape[1] == shape[2], shape[3] == 3 else {
      throw fail("'input' has shape \(shape); [N, side, side, 3] is needed.")
    }
    (batch, imageSize) = (shape[0], shape[1])
    // The channels of every layer follow from its weights, so a narrow variant needs no further description.
    var widths: [String: Int] = [:]
    for name in file.names where name.hasSuffix("/weights") && !name.hasPrefix("gradient/") {
      widths[String(name.dropLast("/weights".count))] = try file.shape(of: name).last
    }
    layers = try model.layers(imageSize: imageSize, widths: widths)
    for parameter in layers.parameters {
      let stored = try file.shape(of: parameter.name)
      guard stored == parameter.shape else {
        throw fail("'\(parameter.name)' has shape \(stored); \(model.name) needs \(parameter.shape).")
      }
    }
    let classes = layers.last!.output.count
    guard try file.shape(of: "logits") == [batch, classes] else {
      throw fail("'logits' has shape \(try file.shape(of: "logits")); [\(batch), \(classes)] is needed.")
    }
    let statistics = file.metadata["batch_norm"] ?? "none"
    let normalizes = layers.parameters.contains { $0.role == .gamma }
    switch (normalizes, statistics) {
    case (true, "moving"): passes = [.forward]
    case (true, "batch"): passes = [.forwardBackward]
    case (false, _): passes = [.forward, .forwardBackward]
    default: throw fail("the metadata 'batch_norm' is '\(statistics)'; 'batch' or 'moving' is needed.")
    }
  }

  /// Runs one pass on the file's input and parameters and compares what it computes.
  ///
  /// - Throws: `NetworkError`, `AllocationError` or `TensorFileError`.
  package func compare(
    _ pass: Pass, choice: BackendChoice, in context: ExecutionContext
  ) throws -> [Comparison] {
    let program = try Program(
      layers, pass: pass, batch: batch, choice: choice, in: context, dropsOut: false)
    try program.allocate()
    try file.copy("input", to: program.input.floats, count: program.input.count)
    for (parameter, tensor) in program.parameters {
      try file.copy(parameter.name, to: tensor.floats, count: tensor.count)
    }
    program.prepare()
    program.run()
    var comparisons = [try compare("logits", program.logits)]
    guard pass.hasGradients else { return comparisons }
    let typical = try typicalGradient
    for (parameter, _) in program.parameters where parameter.isTrainable {
      let gradient = program.gradients[parameter.name]!
      comparisons.append(try compare("gradient/\(parameter.name)", gradient, typical: typical))
    }
    return comparisons
  }

  /// - Parameter typical: see `Deviation`: a shift in front of a batch norm has no gradient at all.
  private func compare(_ name: String, _ tensor: Tensor, typical: Double = 0) throws -> Comparison {
    let expected = try values(name, count: tensor.count)
    let computed = UnsafeBufferPointer(start: tensor.floats, count: tensor.count)
    let deviation = Deviation(of: computed, from: expected.buffer, typical: typical)
    return Comparison(tensor: name, deviation: deviation, tolerance: name == "logits" ? .logits : .gradients)
  }
}

extension ReferenceFile {
  private func values(_ name: String, count: Int) throws -> FloatBuffer {
    let buffer = try FloatBuffer(count: count)
    try file.copy(name, to: buffer.base, count: buffer.count)
    return buffer
  }

  /// Root mean square over the gradients of all parameters.
  private var typicalGradient: Double {
    get throws {
      var (squares, count) = (0.0, 0)
      for parameter in layers.parameters where parameter.isTrainable {
        let gradient = try values("gradient/\(parameter.name)", count: parameter.count)
        for value in gradient.buffer { squares += Double(value) * Double(value) }
        count += parameter.count
      }
      return (squares / Double(count)).squareRoot()
    }
  }
}

/// One tensor of a network against its reference.
package struct Comparison: Sendable {
  package let tensor: String
  package let deviation: Deviation
  package let tolerance: Tolerance
  /// By the norm of the whole tensor: in a deep network single elements flip at the kinks of ReLU and max pool.
  package var passed: Bool { deviation.relativeL2 <= tolerance.relativeL2 }
}

extension Tolerance {
  static let logits = Tolerance(
    max: .infinity, relativeL2: 5e-5,
    because: "up to 5e-6 from each convolution, carried through up to 53 layers")
  static let gradients = Tolerance(
    max: .infinity, relativeL2: 1e-3,
    because: "an activation within rounding of a kink sends its whole gradient another way")
}
