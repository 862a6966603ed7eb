import Tensors

extension Program {
  /// Fills input and parameters from `seed`; each tensor has a stream of its own.
  ///
  /// Weights: uniform with variance 2 / fan-in (He et al. 2015), so that activations neither vanish nor explode.
  /// Nothing is zero or constant: that would hide denormals, unwritten outputs and wrong indexing.
  package func initialize(seed: UInt64) {
    for (parameter, tensor) in parameters {
      var random = Random(seed: seed, stream: parameter.name)
      random.fillUniform(tensor.floats, count: tensor.count, in: parameter.role.range)
    }
    initializeInput(seed: seed)
  }

  /// Gives the parameters the values that come with a network, if any.
  package func load(_ values: ((Parameter) throws -> [Float])?) throws {
    guard let values else { return }
    for (parameter, tensor) in parameters {
      let floats = try values(parameter)
      precondition(floats.count == tensor.count, "a parameter has as many values as its shape says")
      tensor.floats.update(from: floats, count: floats.count)
    }
  }

  /// Images from N(0, 0.1).
  package func initializeInput(seed: UInt64) {
    var random = Random(seed: seed, stream: "input")
    random.fillNormal(input.floats, count: input.count, deviation: 0.1)
  }
}

extension Parameter.Role {
  fileprivate var range: ClosedRange<Float> {
    switch self {
    case .weights(let fanIn):
      let limit = (6 / Float(fanIn)).squareRoot()
      return -limit...limit
    case .biases: return -0.1...0.1
    case .gamma: return 0.8...1.2
    case .beta, .movingMean: return -0.1...0.1
    case .movingVariance: return 0.8...1.2
    }
  }
}
