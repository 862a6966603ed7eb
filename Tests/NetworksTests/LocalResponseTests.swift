import Convolution
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
      input.base, into: output.base, pixels: 8, channels: 4, response, scratch: scratch.base)
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
        input.base, into: gradient.base, pixels: 2, channels: channels, response, scratch: scratch.base)
      set.kernels.localResponseGradient(
        input.base, input: input.base, into: gradient.base, pixels: 2, channels: channels, response,
        scratch: scratch.base)
      let beyond = scratch.values.dropFirst(size)
      #expect(beyond.allSatisfy { $0.isNaN }, "\(set): \(channels) channels, radius \(radius)")
      #expect(gradient.values.contains { $0 != 0 } && gradient.values.allSatisfy(\.isFinite))
    }
  }
}
