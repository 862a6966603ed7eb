import Convolution
import Foundation
import Kernels
import Tensors
import Testing

/// TensorFlow's own example, on every instruction set that this processor has.
@Suite struct LocalResponseTests {
  @Test(arguments: instructionSets)
  func knownVector(_ set: InstructionSet) throws {
    let input = try FloatBuffer((1...32).map(Float.init))
    let output = try FloatBuffer(count: 32)
    let response = LocalResponse(radius: 2, bias: 0, alpha: 1, beta: 1)
    let scratch = try FloatBuffer(count: set.kernels.localResponseScratch(channels: 4, radius: 2))
    scratch.fill(.nan)
    set.kernels.localResponse(
      input.base, into: output.base, pixels: 8, channels: 4, response, scratch: scratch.base, nonTemporal: false)
    for (value, expected) in [(26, 0.00923952), (17, 0.017453), (20, 0.018433)] as [(Int, Float)] {
      #expect(abs(output[value - 1] - expected) < 1e-6, "\(set): \(value) gives \(output[value - 1])")
    }
  }

  @Test(arguments: instructionSets)
  func scratchIsLargeEnough(_ set: InstructionSet) throws {
    for (channels, radius) in [(1, 0), (1, 3), (3, 2), (8, 2), (17, 5), (96, 2)] {
      let size = set.kernels.localResponseScratch(channels: channels, radius: radius)
      let input = try FloatBuffer((0..<(2 * channels)).map { Float($0 % 7) - 3 })
      let (gradient, scratch) = (try FloatBuffer(count: 2 * channels), try FloatBuffer(count: size + 1000))
      // What is there at first must not matter.
      scratch.fill(.nan)
      let response = LocalResponse(radius: radius, bias: 1, alpha: 0.1, beta: 0.75)
      set.kernels.localResponse(
        input.base, into: gradient.base, pixels: 2, channels: channels, response, scratch: scratch.base,
        nonTemporal: false)
      set.kernels.localResponseGradient(
        input.base, input: input.base, into: gradient.base, pixels: 2, channels: channels, response,
        scratch: scratch.base, nonTemporal: false)
      let beyond = scratch.values.dropFirst(size)
      #expect(beyond.allSatisfy { $0.isNaN }, "\(set): \(channels) channels, radius \(radius)")
      #expect(gradient.values.contains { $0 != 0 } && gradient.values.allSatisfy(\.isFinite))
    }
  }

  /// Whole vectors of any instruction set, pixels that are no multiple of those in flight: against double precision,
  /// and the same bits whether stores pass the caches or not.
  @Test(arguments: instructionSets, [Float(0.75), 0.6])
  func agreesWithTheDefinition(_ set: InstructionSet, _ beta: Float) throws {
    let (pixels, channels) = (7, 48)
    let response = LocalResponse(radius: 2, bias: 1, alpha: 0.3, beta: beta)
    var random = Random(seed: 9)
    func values() -> [Float] { (0..<pixels * channels).map { _ in Float(random.next() % 2001) / 1000 - 1 } }
    let (input, outputGradient) = (try FloatBuffer(values()), try FloatBuffer(values()))
    let scratch = try FloatBuffer(count: set.kernels.localResponseScratch(channels: channels, radius: 2))
    let results = try [false, true].map { nonTemporal in
      let (output, gradient) = (try FloatBuffer(count: input.count), try FloatBuffer(count: input.count))
      set.kernels.localResponse(
        input.base, into: output.base, pixels: pixels, channels: channels, response, scratch: scratch.base,
        nonTemporal: nonTemporal)
      set.kernels.localResponseGradient(
        outputGradient.base, input: input.base, into: gradient.base, pixels: pixels, channels: channels, response,
        scratch: scratch.base, nonTemporal: nonTemporal)
      return (output: output.values, gradient: gradient.values)
    }
    #expect(results[0].output == results[1].output && results[0].gradient == results[1].gradient)
    for pixel in 0..<pixels {
      let first = pixel * channels
      let x = input.values[first..<first + channels].map(Double.init)
      let dy = outputGradient.values[first..<first + channels].map(Double.init)
      func window(_ c: Int) -> ClosedRange<Int> { max(c - 2, 0)...min(c + 2, channels - 1) }
      let scales = x.indices.map { c in 1 + Double(Float(0.3)) * window(c).reduce(0) { $0 + x[$1] * x[$1] } }
      let beta = Double(beta)
      for c in x.indices {
        let sum = window(c).reduce(0) { $0 + dy[$1] * x[$1] * pow(scales[$1], -beta - 1) }
        let gradient = dy[c] * pow(scales[c], -beta) - 2 * Double(Float(0.3)) * beta * x[c] * sum
        #expect(abs(Double(results[0].output[first + c]) - x[c] * pow(scales[c], -beta)) < 1e-6)
        #expect(abs(Double(results[0].gradient[first + c]) - gradient) < 2e-6)
      }
    }
  }
}
