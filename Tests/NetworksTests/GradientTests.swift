import Convolution
import Tensors
import Testing

@testable import Networks

/// Programs against the definitions in double precision, for every back end and instruction set.
@Suite struct GradientTests {
  /// A step's float rounding, several layers deep; wrong arithmetic is off by a thousandth at least.
  static let tolerance = 5e-5

  @Test(arguments: TinyNetwork.all)
  func everyGradientIsThatOfTheLoss(_ network: TinyNetwork) throws {
    let data = try TinyData(network)
    var reference = DoubleNetwork(layers: network.layers, batch: network.batch, input: data.input.map(Double.init))
    reference.masks = try masks(of: network)
    let trainable = network.layers.parameters.filter(\.isTrainable).map(\.name)
    let expected = Dictionary(uniqueKeysWithValues: trainable.map { ($0, reference.gradient(of: $0, data.inDouble)) })
    let squares = expected.values.joined().reduce(0) { $0 + $1 * $1 }
    let typical = (squares / Double(expected.values.joined().count)).squareRoot()
    #expect(typical > 1e-3, "\(network.testDescription): gradients too small to compare")

    for set in instructionSets {
      for (backend, caches) in backendNames.flatMap({ [($0, CacheSizes.current), ($0, .tiny)] }) {
        // Two threads would share an image, and where it is so small, compute no block in one plan.
        let context = context(threads: caches == .tiny ? 1 : 2, set)
        let program = try network.program(.forwardBackward, data, backend: backend, in: context, caches: caches)
        program.run()
        let logits = RelativeError(of: program.logits.values, from: reference.logits(data.inDouble))
        #expect(logits.relativeL2 < Self.tolerance, "\(network.testDescription), \(backend), \(set): logits \(logits)")
        #expect(Set(program.gradients.keys) == Set(trainable))
        for name in trainable {
          let gradient = try #require(program.gradients[name]).values
          // A gradient may vanish, as that of a bias below a batch norm does.
          let error = RelativeError(of: gradient, from: expected[name]!, typical: typical)
          #expect(
            error.relativeL2 < Self.tolerance,
            "\(network.testDescription), \(backend), \(set): \(name) is off by \(error)")
        }
      }
    }
  }

  @Test(arguments: TinyNetwork.all)
  func forwardPassFollowsTheDefinition(_ network: TinyNetwork) throws {
    let data = try TinyData(network)
    let reference = DoubleNetwork(
      layers: network.layers, batch: network.batch, input: data.input.map(Double.init), usesBatchStatistics: false)
    let expected = reference.logits(data.inDouble)
    for set in instructionSets {
      let context = context(set)
      for (backend, caches) in backendNames.flatMap({ [($0, CacheSizes.current), ($0, .tiny)] }) {
        let program = try network.program(.forward, data, backend: backend, in: context, caches: caches)
        program.run()
        let error = RelativeError(of: program.logits.values, from: expected)
        #expect(error.relativeL2 < Self.tolerance, "\(network.testDescription), \(backend), \(set): \(error)")
      }
    }
  }

  /// Without this the tests above would say little about ReLU6.
  @Test(arguments: TinyNetwork.all.filter { $0.testDescription.contains("ReLU6") })
  func valuesLieOnEverySideOfReLU6(_ network: TinyNetwork) throws {
    let data = try TinyData(network)
    let reference = DoubleNetwork(layers: network.layers, batch: network.batch, input: data.input.map(Double.init))
    let clamped = zip(network.layers, reference.outputs(data.inDouble)).filter { $0.0.activation == .relu6 }
    let values = clamped.flatMap(\.1)
    #expect(values.contains(0) && values.contains(6) && values.contains { $0 > 0 && $0 < 6 })
  }

  /// What the program's dropout layers multiply by in their first step.
  private func masks(of network: TinyNetwork, seed: UInt64 = 1) throws -> [String: [Double]] {
    var masks: [String: [Double]] = [:]
    for layer in network.layers {
      guard case .dropout(let keep) = layer.kind else { continue }
      let values = try FloatBuffer(count: network.batch * layer.output.count)
      values.fill(1)
      let mask = DropoutMask(random: Random(seed: seed, stream: layer.name))
      mask.advance()
      InstructionSet.best.kernels.dropout(
        values.base, into: values.base, 0..<values.count, seed: mask.seed, keep: keep)
      masks[layer.name] = values.values.map(Double.init)
    }
    return masks
  }
}
