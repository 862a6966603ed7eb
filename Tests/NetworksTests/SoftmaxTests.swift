import Convolution
import Foundation
import Kernels
import Networks
import Tensors
import Testing

@Suite struct SoftmaxTests {
  static let network = TinyNetwork("softmax", image: 1, batch: 3) { $0.fullyConnected("fc1", units: 5) }

  @Test func probabilitiesAreThoseOfTheDefinition() throws {
    let program = try Self.network.program(.forward, TinyData(Self.network), in: context())
    program.run()
    let probabilities = try #require(program.probabilities).values.map(Double.init)
    let powers = program.logits.values.map { exp(Double($0)) }
    for image in 0..<3 {
      let classes = (image * 5)..<(image * 5 + 5)
      let sum = powers[classes].reduce(0, +)
      for index in classes { #expect(abs(probabilities[index] - powers[index] / sum) < 1e-6, "image \(image)") }
    }
  }

  @Test(
    arguments: [
      [0, 0, 0, 0, 0], [1, 2, 3, 4, 5], [1e4, -1e4, 0, 9999, 1e4], [-1e30, -1e30, -1e30, -2e30, -1e30],
      [3, 1, 3, 2, 3], [-5, -4, -3, -2, -1],
    ] as [[Float]])
  func sumsToOneAndPredictsTheLargest(_ logits: [Float]) throws {
    let (probabilities, predictions) = try results(logits)
    #expect(probabilities.allSatisfy { $0 >= 0 && $0 <= 1 }, "\(probabilities)")
    for image in 0..<3 {
      #expect(abs(probabilities[(image * 5)..<(image * 5 + 5)].reduce(0, +) - 1) < 1e-6, "image \(image)")
      // The first of equals.
      #expect(Int(predictions[image]) == logits.firstIndex(of: logits.max()!), "image \(image)")
    }
  }

  /// Vectors, their remainders, and powers down to those too small for a float.
  @Test(arguments: instructionSets, [1, 3, 15, 16, 17, 33, 1000])
  func agreesWithDoublePrecision(_ set: InstructionSet, classes: Int) throws {
    var random = Random(seed: UInt64(classes))
    for range in [1, 20, 200] as [Float] {
      let logits = try FloatBuffer(count: classes)
      let probabilities = try FloatBuffer(count: classes)
      random.fillUniform(logits.base, count: classes, in: -range...range)
      probabilities.fill(.nan)
      let best = set.kernels.softmax(logits.base, into: probabilities.base, count: classes)
      let largest = logits.values.max()!
      #expect(Int(best) == logits.values.firstIndex(of: largest))
      let powers = logits.values.map { exp(Double($0) - Double(largest)) }
      let sum = powers.reduce(0, +)
      for index in 0..<classes {
        let expected = powers[index] / sum
        let error = abs(Double(probabilities[index]) - expected)
        #expect(error <= 4e-6 * expected + 0x1p-125, "\(set) \(classes) classes within \(range): \(index)")
      }
    }
  }

  @Test(arguments: instructionSets)
  func notANumberIsNotHidden(_ set: InstructionSet) throws {
    for values in [[1, .nan, 2], [1, -.nan, 2], [.nan, .nan, .nan], [.infinity, 0, 1]] as [[Float]] {
      let (logits, probabilities) = (try FloatBuffer(values), try FloatBuffer(count: 3))
      let best = set.kernels.softmax(logits.base, into: probabilities.base, count: logits.count)
      #expect(probabilities.values.contains { $0.isNaN }, "\(set) \(values)")
      #expect(best == 0, "\(set) \(values)")
    }
  }

  private func results(_ logits: [Float]) throws -> (probabilities: [Float], predictions: [Int32]) {
    var data = try TinyData(Self.network)
    data.parameters["fc1/weights"] = [Float](repeating: 0, count: 15)
    data.parameters["fc1/biases"] = logits
    let program = try Self.network.program(.forward, data, in: context())
    program.run()
    #expect(Array(program.logits.values.prefix(5)) == logits)
    let written = program.schedule.groups.joined().flatMap(\.writes)
    let predictions = try #require(written.first { $0.name == "predictions" })
    let values = UnsafeRawPointer(predictions.bytes).assumingMemoryBound(to: Int32.self)
    return (try #require(program.probabilities).values, Array(UnsafeBufferPointer(start: values, count: 3)))
  }
}
