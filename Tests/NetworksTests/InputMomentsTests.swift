import Convolution
import Glibc
import Tensors
import Testing

@testable import Networks

/// Batch norm by the moments of its convolution's input, against the definition: statistics and gradients in double
/// from the convolution's output, which the program does not compute.
@Suite struct InputMomentsTests {
  private static let (channels, outputs, results, batch, side) = (12, 40, 5, 4, 6)

  /// Twice the roundings of one step in float, 2.2e-6 at most with AVX-512 and 3.0e-6 with vectors of four; a term that
  /// is missing is off by a hundredth.
  private static let tolerance = 5e-6

  /// The first convolution gives channels whose means lie so many deviations from zero as `offset` says. The error of
  /// x' g, from which the mean's part is subtracted, grows with it: a unit in the last place for each deviation.
  @Test(arguments: [0, 1, 10] as [Float], instructionSets)
  func momentsGiveStatisticsAndGradients(_ offset: Float, _ set: InstructionSet) throws {
    let layers = try Self.network.layers(imageSize: Self.side)
    let program = try Program(
      layers, pass: .train, batch: Self.batch, choice: BackendChoice(), in: context(set))
    #expect(program.groups.map(\.names) == [["first"], ["second", "second/batch_norm"], ["third"]])
    try program.allocate()
    program.initialize(seed: 3)
    let parameters = Dictionary(uniqueKeysWithValues: program.parameters.map { ($0.parameter.name, $0.tensor) })
    func fill(_ tensor: Tensor, mean: Float = 0, deviation: Float = 1) {
      var random = Random(seed: 5, stream: tensor.name)
      for index in 0..<tensor.count { tensor.floats[index] = mean + deviation * Float(random.normal()) }
    }
    fill(program.input)
    // Three input channels of deviation 1 and weights of 1 / sqrt(3): channels of deviation 1.
    fill(parameters["first/weights"]!, deviation: 0.577)
    fill(parameters["first/biases"]!, mean: offset, deviation: 0.1)
    fill(parameters["second/weights"]!, deviation: 0.3)
    fill(parameters["second/gamma"]!, mean: 2, deviation: 0.5)
    fill(parameters["second/beta"]!, mean: 1)
    fill(parameters["third/weights"]!)
    let values = parameters.mapValues { $0.values.map(Double.init) }
    let expected = Self.definition(program.input.values.map(Double.init), values)
    program.prepare()
    program.run()

    let limit = Self.tolerance * Double(1 + offset)
    func compare(_ name: String, _ result: [Float], _ reference: [Double]) {
      let error = RelativeError(of: result, from: reference)
      #expect(error.relativeL2 < limit, "\(name), offset \(offset), \(set): \(error)")
    }
    compare("logits", program.logits.values, expected.logits)
    #expect(expected.output.contains(0) && expected.output.contains(6))
    for name in ["first/weights", "second/weights", "second/gamma", "second/beta"] {
      compare(name, program.gradients[name]!.values, expected.gradients[name]!)
    }
    // The norm takes a shift of its input away: this gradient is zero.
    let vanishing = program.gradients["first/biases"]!.values.map { abs(Double($0)) }.max()!
    let typical = expected.gradients["first/weights"]!.map(abs).max()!
    #expect(vanishing < limit * typical * 10, "first/biases, offset \(offset), \(set): \(vanishing) of \(typical)")
    for (name, value) in [("moving_mean", expected.mean), ("moving_variance", expected.variance)] {
      let before = values["second/\(name)"]!
      compare(
        name, parameters["second/\(name)"]!.values, zip(before, value).map { 0.9 * $0 + 0.1 * $1 })
    }
  }

  private static let network = Network("moments", summary: "", citation: "") { net in
    net.convolution("first", channels: channels, kernel: 1)
    net.convolution("second", channels: outputs, kernel: 1, bias: false)
    net.batchNormalization(activation: .relu6)
    // The norm's own output as its gradient would be taken away by the norm, but for what the activation clamps.
    net.convolution("third", channels: results, kernel: 1, bias: false)
  }

  private struct Definition {
    var output: [Double]
    var logits: [Double]
    var gradients: [String: [Double]]
    var mean: [Double]
    var variance: [Double]
  }

  /// The layers, forward and backward, from sum(logits^2) / 2.
  private static func definition(_ input: [Double], _ parameters: [String: [Double]]) -> Definition {
    let rows = batch * side * side
    let (w0, w1) = (parameters["first/weights"]!, parameters["second/weights"]!)
    let (gamma, beta) = (parameters["second/gamma"]!, parameters["second/beta"]!)
    var x = product(input, w0, rows, 3, channels)
    for index in x.indices { x[index] += parameters["first/biases"]![index % channels] }
    let z = product(x, w1, rows, channels, outputs)
    let (mean, variance) = DoubleNetwork.moments(z, channels: outputs)
    let inverse = variance.map { 1 / ($0 + Double(1e-5 as Float)).squareRoot() }
    let normalized = z.indices.map { (z[$0] - mean[$0 % outputs]) * inverse[$0 % outputs] }
    let raw = z.indices.map { normalized[$0] * gamma[$0 % outputs] + beta[$0 % outputs] }
    let y = raw.map { min(max($0, 0), 6) }
    let logits = product(y, parameters["third/weights"]!, rows, outputs, results)
    let dy = product(logits, transposed(parameters["third/weights"]!, outputs, results), rows, results, outputs)
    let g = raw.indices.map { raw[$0] > 0 && raw[$0] < 6 ? dy[$0] : 0 }
    var (dGamma, dBeta) = ([Double](repeating: 0, count: outputs), [Double](repeating: 0, count: outputs))
    for index in g.indices {
      dGamma[index % outputs] += g[index] * normalized[index]
      dBeta[index % outputs] += g[index]
    }
    let dz = g.indices.map { index in
      let k = index % outputs
      return gamma[k] * inverse[k] * (g[index] - dBeta[k] / Double(rows) - normalized[index] * dGamma[k] / Double(rows))
    }
    let dx = product(dz, transposed(w1, channels, outputs), rows, outputs, channels)
    return Definition(
      output: y, logits: logits,
      gradients: [
        "first/weights": product(transposed(input, rows, 3), dx, 3, rows, channels),
        "second/weights": product(transposed(x, rows, channels), dz, channels, rows, outputs),
        "second/gamma": dGamma, "second/beta": dBeta,
      ], mean: mean, variance: variance)
  }

  private static func product(_ a: [Double], _ b: [Double], _ rows: Int, _ depth: Int, _ columns: Int) -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for k in 0..<depth {
        for column in 0..<columns { result[row * columns + column] += a[row * depth + k] * b[k * columns + column] }
      }
    }
    return result
  }

  private static func transposed(_ a: [Double], _ rows: Int, _ columns: Int) -> [Double] {
    (0..<columns).flatMap { column in (0..<rows).map { a[$0 * columns + column] } }
  }
}
