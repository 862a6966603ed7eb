import Networks

/// How a network is trained: its initial weights, the loss beyond cross-entropy, and the steps down the gradient.
package struct Recipe: Sendable {
  package let name: String
  package var learningRate: Double
  /// The rate is multiplied by `rateFactor` after so many epochs, again after as many more, and so on.
  package var epochsPerDrop: Double
  package var rateFactor: Double
  /// Share of the last update that is repeated; 0 for plain gradient descent.
  package var momentum: Double
  /// The loss has `weightDecay` * sum(w^2) / 2 for the parameters that decay.
  package var weightDecay: Double
  /// The most that the moving averages of the parameters keep of their old value.
  package var averageDecay: Double
  package let decays: @Sendable (Parameter) -> Bool
  package let initialValues: @Sendable (Parameter) -> InitialValues

  /// The recipe of a network.
  package static func recipe(for network: Network) -> Recipe {
    network.name == "cifar10-tutorial" ? .cifar10Tutorial : .usual
  }

  /// That of TensorFlow's tutorial on CIFAR-10.
  package static let cifar10Tutorial = Recipe(
    name: "the tutorial's", learningRate: 0.1, epochsPerDrop: 350, rateFactor: 0.1, momentum: 0, weightDecay: 0.004,
    averageDecay: 0.9999
  ) { parameter in
    ["local3/weights", "local4/weights"].contains(parameter.name)
  } initialValues: { parameter in
    switch parameter.name {
    case "conv1/weights", "conv2/weights": .truncatedNormal(deviation: 0.05)
    case "local3/weights", "local4/weights": .truncatedNormal(deviation: 0.04)
    case "softmax_linear/weights": .truncatedNormal(deviation: 1 / 192)
    case "conv1/biases", "softmax_linear/biases": .constant(0)
    default: .constant(0.1)
    }
  }

  /// For every other network: weights as He et al. 2015 draw them; momentum 0.9 and weight decay 0.0005 as Krizhevsky
  /// 2012 and Simonyan & Zisserman 2014 have them, with their rate of 0.01, which drops every 30 epochs.
  package static let usual = Recipe(
    name: "the usual one", learningRate: 0.01, epochsPerDrop: 30, rateFactor: 0.1, momentum: 0.9, weightDecay: 0.0005,
    averageDecay: 0.9999
  ) { parameter in
    if case .weights = parameter.role { true } else { false }
  } initialValues: { parameter in
    switch parameter.role {
    case .weights(let fanIn): .truncatedNormal(deviation: (2 / Double(fanIn)).squareRoot())
    case .biases, .beta, .movingMean: .constant(0)
    case .gamma, .movingVariance: .constant(1)
    }
  }

  /// The learning rate of a step, a staircase.
  ///
  /// - Parameter stepsPerEpoch: images of the set / images of a batch
  package func learningRate(step: Int, stepsPerEpoch: Double) -> Double {
    let drop = max(Int(epochsPerDrop * stepsPerEpoch), 1)
    return (0..<step / drop).reduce(learningRate) { rate, _ in rate * rateFactor }
  }
}
