import Networks
import Testing

/// Names and shapes are the contract with other frameworks.
@Suite struct ParameterTests {
  @Test func alexnetHasTheNamesAndShapesOfTheScripts() throws {
    #expect(
      try described(.alexnet) == [
        "conv1/weights [11, 11, 3, 96]", "conv1/biases [96]", "conv2/weights [5, 5, 48, 256]", "conv2/biases [256]",
        "conv3/weights [3, 3, 256, 384]", "conv3/biases [384]", "conv4/weights [3, 3, 192, 384]", "conv4/biases [384]",
        "conv5/weights [3, 3, 192, 256]", "conv5/biases [256]", "fc6/weights [9216, 4096]", "fc6/biases [4096]",
        "fc7/weights [4096, 4096]", "fc7/biases [4096]", "fc8/weights [4096, 1000]", "fc8/biases [1000]",
      ])
  }

  @Test func vggHasSixteenWeightLayers() throws {
    let names = try Network.vgg16.layers().parameters.map(\.name)
    let layers = [
      "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv4_1", "conv4_2", "conv4_3",
      "conv5_1", "conv5_2", "conv5_3", "fc6", "fc7", "fc8",
    ]
    #expect(names == layers.flatMap { ["\($0)/weights", "\($0)/biases"] })
  }

  @Test func mobilenetNamesItsBlocks() throws {
    let parameters = try described(.mobilenetV2)
    let expected = [
      "conv1/weights [3, 3, 3, 32]", "conv1/gamma [32]", "conv1/beta [32]", "conv1/moving_mean [32]",
      "conv1/moving_variance [32]", "block1/depthwise/weights [3, 3, 32, 1]", "block1/depthwise/gamma [32]",
    ]
    #expect(parameters.starts(with: expected.prefix(6)))
    for name in expected + [
      "block2/expand/weights [1, 1, 16, 96]", "block17/project/weights [1, 1, 960, 320]", "conv9/beta [1280]",
      "logits/weights [1280, 1000]", "logits/biases [1000]",
    ] {
      #expect(parameters.contains(name), "\(name)")
    }
    // A batch norm brings the shift: only the logits have a bias.
    #expect(parameters.filter { $0.contains("/biases") } == ["logits/biases [1000]"])
    #expect(!parameters.contains { $0.hasPrefix("block1/expand") || $0.contains("shortcut") })
  }

  @Test func mobilenetTutorialProjectsItsShortcuts() throws {
    let parameters = try described(.mobilenetV2Tutorial)
    #expect(parameters.contains("block1/expand/weights [1, 1, 32, 32]"))
    #expect(parameters.contains("block1/shortcut/weights [1, 1, 32, 16]"))
    #expect(!parameters.contains { $0.hasPrefix("block1/shortcut/gamma") || $0.contains("/biases") })
  }

  @Test(arguments: Zoo.all.map(\.name))
  func namesAreUnique(_ name: String) throws {
    let names = try #require(Zoo.named(name)).layers().parameters.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test func movingStatisticsAreNotTrained() throws {
    let parameters = try Network.mobilenetV2.layers().parameters
    let fixed = parameters.filter { !$0.isTrainable }
    #expect(fixed.allSatisfy { $0.name.contains("/moving_") })
    #expect(fixed.count == parameters.filter { $0.name.contains("/moving_") }.count && fixed.count == 104)
  }

  @Test func initialValuesHaveTheirVariance() throws {
    let layers = try Network.alexnet.narrowLayers()
    let program = try Program.ready(layers, .forward, batch: 1, in: context())
    for (parameter, tensor) in program.parameters where parameter.name.hasSuffix("/weights") {
      guard case .weights(let fanIn) = parameter.role, parameter.count > 4000 else { continue }
      let squares = tensor.values.reduce(0.0) { $0 + Double($1) * Double($1) }
      let variance = squares / Double(parameter.count) * Double(fanIn)
      #expect(abs(variance - 2) < 0.15, "\(parameter.name): variance \(variance) / fan-in")
    }
    let input = program.input.values.map(Double.init)
    let deviation = (input.reduce(0) { $0 + $1 * $1 } / Double(input.count)).squareRoot()
    #expect(abs(deviation - 0.1) < 0.003)
  }

  @Test func initialValuesFollowTheSeed() throws {
    let layers = try Network.mobilenetV2.narrowLayers()
    func values(seed: UInt64) throws -> [String: [UInt32]] {
      let program = try Program.ready(layers, .forward, batch: 1, in: context(), seed: seed)
      var values = ["input": program.input.values.bits]
      for (parameter, tensor) in program.parameters { values[parameter.name] = tensor.values.bits }
      return values
    }
    let (first, again, other) = (try values(seed: 1), try values(seed: 1), try values(seed: 2))
    for name in first.keys {
      #expect(first[name] == again[name], "\(name) differs with the same seed")
      #expect(first[name] != other[name], "\(name) ignores the seed")
      #expect(Set(first[name]!).count > 1, "\(name) is constant")
    }
  }

  private func described(_ network: Network) throws -> [String] {
    try network.layers().parameters.map { "\($0.name) \($0.shape)" }
  }
}
