import Networks
import Tensors

/// Values for a tiny network: nothing zero, nothing constant, activations on both sides of every kink.
struct TinyData {
  var input: [Float]
  var parameters: [String: [Float]]

  init(_ network: TinyNetwork, seed: UInt64 = 1) throws {
    func uniform(_ name: String, _ count: Int, _ range: ClosedRange<Float>) throws -> [Float] {
      let buffer = try FloatBuffer(count: count)
      var random = Random(seed: seed, stream: name)
      random.fillUniform(buffer.base, count: count, in: range)
      return buffer.values
    }
    input = try uniform("input", network.batch * network.layers[0].input.count, -2...2)
    var parameters: [String: [Float]] = [:]
    for parameter in network.layers.parameters {
      let range: ClosedRange<Float> =
        switch parameter.role {
        case .weights(let fanIn): -(12 / Float(fanIn)).squareRoot()...(12 / Float(fanIn)).squareRoot()
        case .biases, .beta, .movingMean: -1...1
        case .gamma, .movingVariance: 0.5...4
        }
      parameters[parameter.name] = try uniform(parameter.name, parameter.count, range)
    }
    self.parameters = parameters
  }

  var inDouble: DoubleNetwork.Parameters { parameters.mapValues { $0.map(Double.init) } }

  func load(into program: Program) {
    copy(input, to: program.input)
    for (parameter, tensor) in program.parameters { copy(parameters[parameter.name]!, to: tensor) }
  }
}

func copy(_ values: [Float], to tensor: Tensor) {
  precondition(values.count == tensor.count)
  for (index, value) in values.enumerated() { tensor.floats[index] = value }
}
