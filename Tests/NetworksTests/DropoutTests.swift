import Convolution
import Kernels
import Networks
import Tensors
import Terms
import Testing

@Suite struct DropoutTests {
  static let units = 20_000

  @Test(arguments: [0.5, 0.8, 0.1] as [Float])
  func keepsItsShareAndScalesIt(_ keep: Float) throws {
    let mask = try masks(keep: keep, steps: 1)[0]
    #expect(Set(mask) == [0, 1 / keep])
    let share = Double(mask.count { $0 != 0 }) / Double(mask.count)
    let deviation = (Double(keep * (1 - keep)) / Double(mask.count)).squareRoot()
    #expect(abs(share - Double(keep)) < 5 * deviation, "\(share) kept")
  }

  @Test func keepingEverythingChangesNothing() throws {
    #expect(try masks(keep: 1, steps: 1)[0].allSatisfy { $0 == 1 })
  }

  @Test func everyStepHasAMaskOfItsOwn() throws {
    let masks = try masks(keep: 0.5, steps: 3)
    #expect(Set(masks).count == 3)
    // Independent masks agree in half of their places.
    let agreement = zip(masks[0], masks[1]).count { $0 == $1 }
    #expect(abs(Double(agreement) / Double(masks[0].count) - 0.5) < 0.02)
  }

  @Test func imagesOfABatchHaveMasksOfTheirOwn() throws {
    let mask = try masks(keep: 0.5, steps: 1)[0]
    #expect(mask.prefix(Self.units) != mask.suffix(Self.units))
  }

  @Test func masksFollowTheSeed() throws {
    #expect(try masks(keep: 0.5, steps: 3, seed: 4) == masks(keep: 0.5, steps: 3, seed: 4))
    #expect(try masks(keep: 0.5, steps: 1, seed: 4) != masks(keep: 0.5, steps: 1, seed: 5))
  }

  @Test func layersHaveMasksOfTheirOwn() throws {
    let network = Self.network("two layers") { net in
      net.dropout("dropout1", keep: 0.5)
      net.dropout("dropout2", keep: 0.5)
    }
    let values = try Self.logits(network, .forwardBackward, steps: 1)[0]
    // One mask twice would keep half, two independent ones a quarter.
    let share = Double(values.count { $0 == 4 }) / Double(values.count)
    #expect(abs(share - 0.25) < 0.02, "\(share) kept")
  }

  @Test func isOffInAForwardPassAndWhereItIsNotWanted() throws {
    let network = Self.network("off") { $0.dropout("dropout1", keep: 0.5) }
    #expect(try Self.logits(network, .forward, steps: 1)[0].allSatisfy { $0 == 1 })
    #expect(try Self.logits(network, .forwardBackward, steps: 1, dropsOut: false)[0].allSatisfy { $0 == 1 })
  }

  /// With outputs of one, the logits are the mask, and so is what it lets through on the way back.
  @Test func backwardUsesTheMaskOfTheSameStep() throws {
    let network = Self.network("back") { $0.dropout("dropout1", keep: 0.5) }
    let program = try network.program(.forwardBackward, Self.ones(network), in: context())
    for step in 0..<3 {
      program.run()
      let mask = program.logits.values
      // d(sum of mask^2 / 2) / d(bias): mask * mask, summed over the batch.
      let expected = (0..<Self.units).map { mask[$0] * mask[$0] + mask[$0 + Self.units] * mask[$0 + Self.units] }
      #expect(program.gradients["fc1/biases"]?.values == expected, "step \(step)")
    }
  }

  /// Nor on where a worker's share begins.
  @Test func masksDoNotDependOnInstructionSetOrThreads() throws {
    let values = try FloatBuffer([Float](repeating: 1, count: 1000))
    let masks = try instructionSets.flatMap { set in
      try [0, 1, 333, 1000].map { boundary in
        let mask = try FloatBuffer(count: 1000)
        for range in [0..<boundary, boundary..<1000] {
          set.kernels.dropout(values.base, into: mask.base, range, seed: 0x1234_5678_9abc_def0, keep: 0.5)
        }
        return mask.values
      }
    }
    #expect(Set(masks).count == 1)
  }

  private func masks(keep: Float, steps: Int, seed: UInt64 = 1) throws -> [[Float]] {
    let network = Self.network("mask") { $0.dropout("dropout1", keep: keep) }
    return try Self.logits(network, .forwardBackward, steps: steps, seed: seed)
  }

  /// Outputs of one, then `build`.
  private static func network(_ name: String, _ build: @escaping @Sendable (inout LayerBuilder) -> Void) -> TinyNetwork
  {
    TinyNetwork(name, image: 1) { net in
      net.fullyConnected("fc1", units: units)
      build(&net)
    }
  }

  private static func ones(_ network: TinyNetwork) throws -> TinyData {
    var data = try TinyData(network)
    data.parameters["fc1/weights"] = [Float](repeating: 0, count: 3 * units)
    data.parameters["fc1/biases"] = [Float](repeating: 1, count: units)
    return data
  }

  private static func logits(
    _ network: TinyNetwork, _ pass: Pass, steps: Int, dropsOut: Bool = true, seed: UInt64 = 1
  ) throws -> [[Float]] {
    let program = try network.program(
      pass, ones(network), backend: "im2col", in: context(), dropsOut: dropsOut, seed: seed)
    return (0..<steps).map { _ in
      program.run()
      return program.logits.values
    }
  }
}
