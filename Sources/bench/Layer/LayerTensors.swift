import Convolution
import Tensors

/// The tensors of one problem at a time, shared by all back ends and directions; results go to memory of their own, so
/// that every run reads the same random numbers.
final class LayerTensors {
  private let input: FloatBuffer
  private let filter: FloatBuffer
  private let output: FloatBuffer
  private let result: FloatBuffer

  /// In bytes, for the largest of each tensor.
  static func bytes(_ problems: [ConvolutionProblem]) -> Int {
    let counts = counts(problems)
    return 4 * (counts.input + counts.filter + counts.output + max(counts.input, counts.filter, counts.output))
  }

  /// Memory for any of `problems`, filled with random numbers.
  /// - Throws: `AllocationError`.
  init(_ problems: [ConvolutionProblem], seed: UInt64) throws(AllocationError) {
    let counts = Self.counts(problems)
    input = try Self.random("input", counts.input, seed)
    filter = try Self.random("filter", counts.filter, seed)
    output = try Self.random("output", counts.output, seed)
    result = try FloatBuffer(count: max(counts.input, counts.filter, counts.output))
  }

  func operands(_ direction: Direction) -> ConvolutionOperands {
    switch direction {
    case .forward: ConvolutionOperands(input: input.base, filter: filter.base, output: result.base)
    case .inputGradient: ConvolutionOperands(input: result.base, filter: filter.base, output: output.base)
    case .filterGradient: ConvolutionOperands(input: input.base, filter: result.base, output: output.base)
    }
  }

  private static func counts(_ problems: [ConvolutionProblem]) -> (input: Int, filter: Int, output: Int) {
    (
      problems.map(\.inputCount).max() ?? 0, problems.map(\.filterCount).max() ?? 0,
      problems.map(\.outputCount).max() ?? 0
    )
  }

  private static func random(_ name: String, _ count: Int, _ seed: UInt64) throws(AllocationError) -> FloatBuffer {
    let buffer = try FloatBuffer(count: count)
    var random = Random(seed: seed, stream: name)
    random.fillUniform(buffer.base, count: count, in: -1...1)
    return buffer
  }
}
