import Networks
import Tensors
import Testing

@Suite struct TrainTests {
  static let rate = 1e-6
  static let momentum = 0.9

  /// The second step carries the first on: velocity = 0.9 * velocity + gradient.
  @Test func parametersMoveByTheirMomentum() throws {
    let network = try #require(TinyNetwork.all.first { $0.testDescription == "residual block" })
    var data = try TinyData(network)
    // Steep enough for a rate of a millionth to be seen in single precision.
    data.input = data.input.map { $0 * 100 }
    let program = try network.program(.train, data, in: context())
    var velocity: [String: [Double]] = [:]
    for step in 0..<3 {
      let before = values(program)
      program.run()
      for (parameter, tensor) in program.parameters {
        let name = parameter.name
        let gradient = try #require(program.gradients[name]).values.map(Double.init)
        let carried = velocity[name] ?? [Double](repeating: 0, count: gradient.count)
        let speed = zip(carried, gradient).map { Self.momentum * $0 + $1 }
        velocity[name] = speed
        let moved = zip(tensor.values, before[name]!).map { $0 - $1 }
        let error = RelativeError(of: moved, from: speed.map { -Self.rate * $0 })
        #expect(error.relativeL2 < 2e-3, "step \(step), \(name): \(error)")
      }
    }
  }

  @Test(arguments: backendNames)
  func lossFalls(_ backend: String) throws {
    let network = try #require(TinyNetwork.all.first { $0.testDescription == "max pool with overlap" })
    let program = try network.program(.train, TinyData(network), backend: backend, in: context())
    func loss() -> Double { program.logits.values.reduce(0) { $0 + Double($1) * Double($1) / 2 } }
    program.run()
    let first = loss()
    for _ in 0..<200 { program.run() }
    #expect(loss() < 0.999 * first, "\(backend): \(first) became \(loss())")
  }

  @Test func movingStatisticsFollowTheBatch() throws {
    let network = try #require(TinyNetwork.all.first { $0.testDescription == "batch norm" })
    let data = try TinyData(network)
    let program = try network.program(.train, data, in: context())
    let reference = DoubleNetwork(layers: network.layers, batch: network.batch, input: data.input.map(Double.init))
    let outputs = reference.outputs(data.inDouble)
    program.run()
    for (index, layer) in network.layers.enumerated() {
      guard case .batchNormalization(let prefix, _) = layer.kind else { continue }
      let batch = DoubleNetwork.moments(outputs[index - 1], channels: layer.input.channels)
      for (suffix, moment) in [("moving_mean", batch.mean), ("moving_variance", batch.variance)] {
        let name = "\(prefix)/\(suffix)"
        let expected = zip(data.inDouble[name]!, moment).map { 0.9 * $0 + 0.1 * $1 }
        let error = RelativeError(of: try #require(values(program)[name]), from: expected)
        #expect(error.max < 1e-5, "\(name): \(error)")
      }
    }
  }

  @Test func everyTrainableParameterMoves() throws {
    let network = try #require(TinyNetwork.all.first { $0.testDescription == "batch norm with ReLU6" })
    let data = try TinyData(network)
    let program = try network.program(.train, data, in: context())
    for _ in 0..<50 { program.run() }
    for (name, values) in values(program) {
      #expect(values != data.parameters[name], "\(name) has not moved")
      #expect(values.allSatisfy { $0.isFinite }, "\(name)")
    }
  }

  private func values(_ program: Program) -> [String: [Float]] {
    Dictionary(uniqueKeysWithValues: program.parameters.map { ($0.parameter.name, $0.tensor.values) })
  }
}
