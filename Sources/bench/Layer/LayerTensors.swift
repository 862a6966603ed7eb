import Convolution
import Tensors
import Terms

/// The tensors of one problem, which all back ends and directions share. Results go to separate memory, so that every
/// run reads the same random numbers.
final class LayerTensors {
  private let input: FloatBuffer
  private let filter: FloatBuffer
  private let output: FloatBuffer

  static func bytes(_ problem: ConvolutionProblem) -> Int {
    (problem.inputCount + problem.filterCount + problem.outputCount) * MemoryLayout<Float>.stride
  }

  /// - Parameter range: of the random numbers; each tensor has a separate stream
  /// - Throws: `AllocationError` where the system refuses the memory
  init(_ problem: ConvolutionProblem, seed: UInt64, in range: ClosedRange<Float> = -1...1) throws(AllocationError) {
    func random(_ name: String, _ count: Int) throws(AllocationError) -> FloatBuffer {
      let buffer = try FloatBuffer(count: count)
      var random = Random(seed: seed, stream: name)
      random.fillUniform(buffer.base, count: count, in: range)
      return buffer
    }
    input = try random("input", problem.inputCount)
    filter = try random("filter", problem.filterCount)
    output = try random("output", problem.outputCount)
  }

  func operands(_ direction: Direction, result: FloatBuffer) -> ConvolutionOperands {
    ConvolutionOperands(
      input: direction == .inputGradient ? result.base : input.base,
      filter: direction == .filterGradient ? result.base : filter.base,
      output: direction == .forward ? result.base : output.base)
  }
}

extension ConvolutionProblem {
  func resultBytes(_ direction: Direction) -> Int { resultCount(direction) * MemoryLayout<Float>.stride }
}
