import Convolution

/// A tensor that belongs to the network: its name for exchange with other frameworks, its shape, its first values.
package struct Parameter: Sendable, Hashable {
  package let name: String
  package let shape: [Int]
  package let role: Role

  package enum Role: Sendable, Hashable {
    /// Weights with so many inputs to each output.
    case weights(fanIn: Int)
    case biases
    case gamma
    case beta
    case movingMean
    case movingVariance
  }

  package var count: Int { shape.reduce(1, *) }
  /// Moving statistics follow the data; they have no gradient and are not counted as parameters.
  package var isTrainable: Bool { role != .movingMean && role != .movingVariance }
}

extension Layer {
  package var parameters: [Parameter] {
    switch kind {
    case .convolution(let problem, let bias, _):
      // A depthwise filter is [3, 3, channels, 1] for other frameworks; the memory is the same.
      let shape =
        problem.isDepthwise
        ? [problem.kernel.height, problem.kernel.width, problem.input.channels, problem.outputChannelsPerGroup]
        : [problem.kernel.height, problem.kernel.width, problem.channelsPerGroup, problem.outputChannels]
      return weightsAndBiases(shape: shape, of: problem, bias: bias)
    case .fullyConnected(let problem, let bias, _):
      return weightsAndBiases(shape: [problem.input.channels, problem.outputChannels], of: problem, bias: bias)
    case .batchNormalization(let prefix, _):
      let roles: [(String, Parameter.Role)] = [
        ("gamma", .gamma), ("beta", .beta), ("moving_mean", .movingMean), ("moving_variance", .movingVariance),
      ]
      return roles.map { Parameter(name: "\(prefix)/\($0)", shape: [output.channels], role: $1) }
    default: return []
    }
  }

  private func weightsAndBiases(shape: [Int], of problem: ConvolutionProblem, bias: Bool) -> [Parameter] {
    let fanIn = problem.kernel.height * problem.kernel.width * problem.channelsPerGroup
    let weights = Parameter(name: "\(name)/weights", shape: shape, role: .weights(fanIn: fanIn))
    let biases = Parameter(name: "\(name)/biases", shape: [problem.outputChannels], role: .biases)
    return bias ? [weights, biases] : [weights]
  }
}
