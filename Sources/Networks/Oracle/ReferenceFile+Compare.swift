import Convolution
import Tensors
import Terms

extension ReferenceFile {
  /// Runs one pass on the file's input and parameters and compares what it computes.
  ///
  /// Where a gradient is further off than rounding explains, the pass runs again on slightly disturbed inputs and
  /// parameters, to see how far that alone moves the gradient: see `Comparison`.
  ///
  /// - Throws: `NetworkError`, `AllocationError` or `TensorFileError`.
  package func compare(
    _ pass: Pass, choice: BackendChoice, in context: ExecutionContext
  ) throws -> [Comparison] {
    let program = try Program(
      layers, pass: pass, batch: batch, choice: choice, in: context, dropsOut: false)
    try program.allocate()
    try run(program)
    let logits = try expected("logits", program.logits)
    var comparisons = [Comparison(tensor: "logits", error: program.logits.error(from: logits))]
    guard pass.hasGradients else { return comparisons }
    let typical = try typicalGradient
    for (name, tensor) in program.trainedGradients {
      let error = tensor.error(from: try expected("gradient/\(name)", tensor), typical: typical)
      comparisons.append(Comparison(tensor: "gradient/\(name)", error: error))
    }
    if comparisons[0].passed, !comparisons.allSatisfy(\.passed) {
      let size = max(comparisons[0].error.relativeL2, Disturbance.smallest)
      let sensitivities = try sensitivities(of: program, to: size, typical: typical)
      for index in sensitivities.indices { comparisons[index + 1].sensitivity = sensitivities[index] }
    }
    return comparisons
  }

  /// - Parameter disturbance: alters what was loaded.
  private func run(_ program: Program, disturbance: inout Disturbance) throws {
    try file.copy("input", to: program.input.floats, count: program.input.count)
    disturbance.apply(to: program.input)
    try program.load(network.values)
    for (parameter, tensor) in program.parameters {
      if network.values == nil || file.contains(parameter.name) {
        try file.copy(parameter.name, to: tensor.floats, count: tensor.count)
      }
      disturbance.apply(to: tensor)
    }
    program.prepare()
    program.run()
  }

  private func run(_ program: Program) throws {
    var none = Disturbance(size: 0, seed: 0)
    try run(program, disturbance: &none)
  }

  /// For each trained parameter, how far its gradient moves under the worst of a few disturbances, as relative L2.
  private func sensitivities(of program: Program, to size: Double, typical: Double) throws -> [Double] {
    let undisturbed = try program.trainedGradients.map { _, tensor in
      let copy = try FloatBuffer(count: tensor.count)
      copy.base.update(from: tensor.floats, count: tensor.count)
      return copy
    }
    var worst = undisturbed.map { _ in 0.0 }
    for trial in 1...Disturbance.trials {
      var disturbance = Disturbance(size: size, seed: UInt64(trial))
      try run(program, disturbance: &disturbance)
      for (index, gradient) in program.trainedGradients.enumerated() {
        let moved = gradient.tensor.error(from: undisturbed[index], typical: typical)
        worst[index] = max(worst[index], moved.relativeL2)
      }
    }
    return worst
  }

  private func expected(_ name: String, _ tensor: Tensor) throws -> FloatBuffer {
    let buffer = try FloatBuffer(count: tensor.count)
    try file.copy(name, to: buffer.base, count: buffer.count)
    return buffer
  }

  /// Root mean square over the gradients of all parameters.
  private var typicalGradient: Double {
    get throws {
      var (squares, count) = (0.0, 0)
      for parameter in layers.parameters where parameter.isTrainable {
        let gradient = try FloatBuffer(count: parameter.count)
        try file.copy("gradient/\(parameter.name)", to: gradient.base, count: parameter.count)
        for value in gradient.buffer { squares += Double(value) * Double(value) }
        count += parameter.count
      }
      return (squares / Double(count)).squareRoot()
    }
  }
}

/// Relative errors of rounding's size, put on a tensor at random.
private struct Disturbance {
  /// Two units in the last place: less would leave half of the values as they are.
  static let smallest = 0x1p-22
  static let trials = 3

  let size: Double
  private var random: Random

  init(size: Double, seed: UInt64) {
    self.size = size
    random = Random(seed: seed, stream: "disturbance")
  }

  /// Multiplies each value by 1 + e, e uniform within +-`size`.
  mutating func apply(to tensor: Tensor) {
    guard size > 0 else { return }
    let values = tensor.floats
    for index in 0..<tensor.count {
      values[index] = Float(Double(values[index]) * (1 + size * (2 * random.uniform() - 1)))
    }
  }
}

extension Program {
  fileprivate var trainedGradients: [(name: String, tensor: Tensor)] {
    parameters.compactMap { parameter, _ in
      parameter.isTrainable ? (parameter.name, gradients[parameter.name]!) : nil
    }
  }
}

extension Tensor {
  /// - Parameter typical: see `RelativeError`: a shift in front of a batch norm has no gradient at all.
  fileprivate func error(from expected: FloatBuffer, typical: Double = 0) -> RelativeError {
    RelativeError(of: UnsafeBufferPointer(start: floats, count: count), from: expected.buffer, typical: typical)
  }
}
