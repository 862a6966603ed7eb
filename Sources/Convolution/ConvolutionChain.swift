import Tensors
import Terms

/// Several convolutions for one plan, forward: each but the first reads the output of the one before it, which nothing
/// else reads. The last may add a residual.
package struct ConvolutionChain: Hashable, Sendable {
  package let convolutions: [ConvolutionRequest]

  /// Nil unless there are two convolutions or more, all forward with constant filters and nothing fused but epilogues,
  /// of which only the last adds a residual, and each has the shape of the output before it as its input.
  package init?(_ convolutions: [ConvolutionRequest]) {
    guard convolutions.count > 1,
      convolutions.allSatisfy({ $0.direction == .forward && $0.fusions == [] && $0.filterIsConstant }),
      convolutions.dropLast().allSatisfy({ !$0.epilogue.residual }),
      zip(convolutions, convolutions.dropFirst()).allSatisfy({
        $0.problem.output == $1.problem.input && $0.problem.batch == $1.problem.batch
      })
    else { return nil }
    self.convolutions = convolutions
  }

  package var batch: Int { convolutions[0].problem.batch }
  package var problems: [ConvolutionProblem] { convolutions.map(\.problem) }
  package var hasResidual: Bool { convolutions.last!.epilogue.residual }

  /// Multiply-adds of the direct algorithm, times 2.
  package var flops: Double { problems.map(\.flops).reduce(0, +) }
  /// First input, filters and last output once each, as float32: what every algorithm has to move. What the
  /// convolutions hand to each other need not exist as a whole.
  package var compulsoryBytes: Int {
    4 * (problems[0].inputCount + problems.map(\.filterCount).reduce(0, +) + problems.last!.outputCount)
  }

  /// The same chain for another batch.
  package func with(batch: Int) -> ConvolutionChain {
    ConvolutionChain(
      convolutions.map {
        var request = $0
        request.problem.batch = batch
        return request
      })!
  }
}

extension ConvolutionChain: CustomStringConvertible {
  /// The problems in order. After the first, batch and input are left out: they are those of the output before, as in
  /// `n1c16h112w112k96r1s1u1p0 > g96k96r3s3u2p0+1 > k24r1s1u1p0`.
  package var description: String {
    let first = problems[0].description
    let others = problems.dropFirst().map { problem in
      let (input, text) = (problem.input, String(problem.description.dropFirst("n\(problem.batch)".count)))
      return text.replacing("c\(input.channels)h\(input.height)w\(input.width)", with: "", maxReplacements: 1)
    }
    return ([first] + others).joined(separator: " > ")
  }
}

/// One plan for a chain of convolutions. Memory comes from the caller, as it does for `ConvolutionPlan`.
package protocol ConvolutionChainPlan: AnyObject, Sendable {
  /// The algorithm that runs, e.g. `fused block`; results name it.
  var algorithm: String { get }
  /// Scratch memory of one run, aligned to 64 bytes; its content is arbitrary before and after.
  var workspaceBytes: Int { get }
  /// Size of each convolution's packed filter; 0 where the plan reads the filter as it is.
  var packedFilterBytes: [Int] { get }
  /// Whether the result has the same bits as the back end's plans of the convolutions, run one after the other. If not,
  /// it lies within their tolerances.
  var hasBitsOfSinglePlans: Bool { get }
  /// What a run computes and moves in each of the phases that it records; empty where the plan does not say.
  var work: [KernelPhase: PhaseWork] { get }
  /// Packs the filter of one of the convolutions into its `packedFilterBytes` at `packed` (64-byte aligned).
  func prepare(filter: UnsafePointer<Float>, of convolution: Int, into packed: UnsafeMutableRawPointer)
  /// Computes the last convolution's output; every element of it is written.
  func run(_ operands: ConvolutionChainOperands, workspace: UnsafeMutableRawPointer)
}

extension ConvolutionChainPlan {
  package var work: [KernelPhase: PhaseWork] { [:] }
}

/// The tensors of one run of a chain.
package struct ConvolutionChainOperands {
  /// [batch, height, width, channels] of the first convolution.
  package var input: UnsafePointer<Float>
  /// The filter and the bias of each convolution, in order.
  package var weights: [Weights]
  /// Shaped like the output, where the last convolution's epilogue adds a residual.
  package var residual: UnsafePointer<Float>?
  /// [batch, output height, output width, output channels] of the last convolution.
  package var output: UnsafeMutablePointer<Float>

  /// The filter and the bias of a convolution.
  package struct Weights {
    /// [kernel height, kernel width, channels / groups, output channels].
    package var filter: UnsafePointer<Float>
    /// What `prepare` wrote; required where the convolution's `packedFilterBytes` is not 0.
    package var packedFilter: UnsafeRawPointer?
    /// [output channels], where the epilogue has a bias.
    package var bias: UnsafePointer<Float>?

    package init(
      filter: UnsafePointer<Float>, packedFilter: UnsafeRawPointer? = nil, bias: UnsafePointer<Float>? = nil
    ) {
      self.filter = filter
      self.packedFilter = packedFilter
      self.bias = bias
    }
  }

  package init(
    input: UnsafePointer<Float>, weights: [Weights], residual: UnsafePointer<Float>? = nil,
    output: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.weights = weights
    self.residual = residual
    self.output = output
  }
}
