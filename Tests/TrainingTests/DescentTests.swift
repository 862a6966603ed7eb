import Networks
import Tensors
import Testing

@testable import Training

@Suite struct DescentTests {
  /// The tutorial's rate: 0.1, times 0.1 after 350 epochs of 50 000 / 128 steps, and after 350 more.
  @Test func learningRateIsAStaircase() {
    func rate(_ step: Int) -> Double { Recipe.cifar10Tutorial.learningRate(step: step, stepsPerEpoch: 50_000 / 128) }
    #expect(rate(0) == 0.1 && rate(136_717) == 0.1)
    #expect(abs(rate(136_718) - 0.01) < 1e-15 && abs(rate(273_435) - 0.01) < 1e-15)
    #expect(abs(rate(273_436) - 0.001) < 1e-15)
  }

  @Test func tutorialsInitialValues() throws {
    let parameters = try Network.cifar10Tutorial.layers().parameters
    let recipe = Recipe.cifar10Tutorial
    let values = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, recipe.initialValues($0)) })
    let expected: [String: InitialValues] = [
      "conv1/weights": .truncatedNormal(deviation: 0.05), "conv2/weights": .truncatedNormal(deviation: 0.05),
      "local3/weights": .truncatedNormal(deviation: 0.04), "local4/weights": .truncatedNormal(deviation: 0.04),
      "softmax_linear/weights": .truncatedNormal(deviation: 1 / 192), "conv1/biases": .constant(0),
      "softmax_linear/biases": .constant(0), "conv2/biases": .constant(0.1), "local3/biases": .constant(0.1),
      "local4/biases": .constant(0.1),
    ]
    #expect(values == expected)
    #expect(parameters.filter(recipe.decays).map(\.name) == ["local3/weights", "local4/weights"])
  }

  /// A normal distribution cut at two deviations has 0.8796 of the deviation.
  @Test func truncatedNormalHasItsMoments() {
    var random = Random(seed: 1)
    let values = (0..<100_000).map { _ in random.truncatedNormal() }
    #expect(values.allSatisfy { abs($0) <= 2 } && values.contains { $0 > 1.99 } && values.contains { $0 < -1.99 })
    let mean = values.reduce(0, +) / 1e5
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5).squareRoot()
    // Ten standard errors.
    #expect(abs(mean) < 0.028 && abs(deviation - 0.8796) < 0.02)
  }

  /// Three updates against the formulas in double, on several threads.
  @Test(arguments: [0, 0.9], [1, 3])
  func updatesAreThoseOfTheDefinition(_ momentum: Double, _ threads: Int) throws {
    var training = TinyTraining(threads: threads)
    training.recipe.momentum = momentum
    training.recipe.weightDecay = 0.01
    let program = try training.program()
    training.recipe.initialise(program, seed: 1)
    let descent = try GradientDescent(program, training.recipe)
    func doubles(_ tensor: Tensor) -> [Double] { tensor.values.map(Double.init) }
    let name = "fc1/weights"
    let tensor = try #require(program.parameters.first { $0.parameter.name == name }).tensor
    let gradient = try #require(program.gradients[name])
    var (w, velocity) = (doubles(tensor), [Double](repeating: 0, count: tensor.count))
    var average = w
    for number in 1...3 {
      var random = Random(seed: UInt64(number))
      for slope in program.gradients.values { random.fillUniform(slope.floats, count: slope.count, in: -1...1) }
      // The loss has the decay of all weights before the update.
      let weights = program.parameters.filter { training.recipe.decays($0.parameter) }.flatMap { doubles($0.tensor) }
      let expected = 0.01 * weights.reduce(0) { $0 + $1 * $1 } / 2
      let found = descent.update(rate: 0.1, number: number)
      // The factor is a float.
      #expect(abs(found - expected) < 1e-6 * max(1, expected))
      let kept = Double(1 + number) / Double(10 + number)
      for (index, slope) in doubles(gradient).enumerated() {
        velocity[index] = momentum * velocity[index] + slope + 0.01 * w[index]
        w[index] -= 0.1 * velocity[index]
        average[index] -= (1 - kept) * (average[index] - w[index])
      }
      let averages = try #require(descent.trained.first { $0.parameter.name == name }).average
      #expect(RelativeError(of: tensor.values, from: w).relativeL2 < 1e-6)
      #expect(RelativeError(of: averages.values, from: average).relativeL2 < 1e-6)
    }
  }
}
