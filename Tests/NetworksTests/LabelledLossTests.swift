import Foundation
import Networks
import Tensors
import Testing

/// Softmax cross-entropy with labels, as training has it.
@Suite struct LabelledLossTests {
  static let network = TinyNetwork("labels", image: 2, batch: 3) { net in
    net.fullyConnected("fc1", units: 4)
  }

  @Test func lossAndGradientAreThoseOfTheDefinition() throws {
    let program = try ready([2, 0, 3])
    program.run()
    let loss = try #require(program.labelledLoss)
    let logits = program.logits.values.map(Double.init)
    var (expected, slopes) = ([Double](), [Double](repeating: 0, count: 4))
    for (image, label) in [2, 0, 3].enumerated() {
      let row = Array(logits[image * 4..<image * 4 + 4])
      let sum = row.map { exp($0) }.reduce(0, +)
      expected.append(log(sum) - row[label])
      for index in 0..<4 { slopes[index] += (exp(row[index]) / sum - (index == label ? 1 : 0)) / 3 }
    }
    for image in 0..<3 { #expect(abs(loss.losses[image] - expected[image]) < 1e-6) }
    #expect(abs(loss.mean - expected.reduce(0, +) / 3) < 1e-6)
    // The gradient of a bias is the sum of those of its logits.
    let biases = try #require(program.gradients["fc1/biases"]).values
    for (found, expected) in zip(biases, slopes) { #expect(abs(Double(found) - expected) < 1e-6) }
  }

  /// The probability of the label would be 0 in a float, and its logarithm infinite.
  @Test func improbableLabelsHaveAFiniteLoss() throws {
    let program = try ready([0, 0, 0])
    for (parameter, tensor) in program.parameters {
      for index in 0..<tensor.count { tensor.floats[index] = parameter.name == "fc1/biases" ? Float(index) * 300 : 0 }
    }
    program.run()
    #expect(abs(try #require(program.labelledLoss).mean - 900) < 1e-3)
  }

  /// Who sets the labels updates the parameters.
  @Test func parametersStayAsTheyAre() throws {
    let program = try ready([1, 1, 1])
    let before = program.parameters.map(\.tensor.values)
    program.run()
    #expect(program.parameters.map(\.tensor.values) == before)
  }

  /// A program that goes on where another one stopped draws the masks that were next there.
  @Test func dropoutGoesOnAfterSkippedSteps() throws {
    let network = TinyNetwork("dropout") { net in
      net.dropout("drop1", keep: 0.5)
      net.fullyConnected("fc1", units: 3)
    }
    func logits(skipped: Int, runs: Int) throws -> [Float] {
      let program = try network.program(.train, TinyData(network), in: context(), loss: .softmaxCrossEntropy)
      for index in 0..<network.batch { try #require(program.labelledLoss).labels[index] = 0 }
      program.skipDropout(steps: skipped)
      for _ in 0..<runs { program.run() }
      return program.logits.values
    }
    #expect(try logits(skipped: 2, runs: 1).bits == logits(skipped: 0, runs: 3).bits)
    #expect(try logits(skipped: 0, runs: 1).bits != logits(skipped: 0, runs: 3).bits)
  }

  private func ready(_ labels: [Int32]) throws -> Program {
    let program = try Self.network.program(.train, TinyData(Self.network), in: context(), loss: .softmaxCrossEntropy)
    let loss = try #require(program.labelledLoss)
    for (image, label) in labels.enumerated() { loss.labels[image] = label }
    return program
  }
}
