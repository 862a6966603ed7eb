import Kernels
import Tensors
import Terms
import Threads

/// An implementation of convolution. A value without state: plans hold what is packed.
package protocol ConvolutionBackend: Sendable {
  /// The name that `--backend` takes.
  var name: String { get }
  /// One line for `bench list`.
  var summary: String { get }
  /// Why this back end cannot run on this machine, as a sentence, or nil.
  var reasonUnavailable: String? { get }
  /// Why it cannot take this problem in this direction, as a sentence, or nil.
  func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String?
  /// Whether it is worth taking where another back end can run the problem too: what `auto` asks.
  func pays(_ problem: ConvolutionProblem, _ direction: Direction) -> Bool
  /// Whether it multiplies as the definition does, without an algorithm such as Winograd's that rounds more: what
  /// `--exact` allows.
  var followsDefinition: Bool { get }
  /// How far its result may lie from the double-precision reference.
  func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance
  /// The neighbouring operations that its plans can do on the way. The caller does the others itself.
  func fusions(_ problem: ConvolutionProblem, _ direction: Direction) -> Fusions
  /// Decides how to run a supported request. Allocates no tensor: the plan says what memory it wants.
  func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan
  /// Decides how to run a chain of supported convolutions at once. Nil where the back end has no plan for the chain, or
  /// plans for each of its convolutions take no longer.
  func plan(_ chain: ConvolutionChain, in context: ExecutionContext) -> (any ConvolutionChainPlan)?
  /// Decides how to run a supported 1x1 convolution and the depthwise one that alone reads it at once, in all directions
  /// of a step with gradients. Nil where the back end has no plan for the pair, or other plans take no longer.
  func plan(
    expansion: ConvolutionRequest, depthwise: ConvolutionRequest, in context: ExecutionContext
  ) -> ExpandedDepthwisePlan?
}

extension ConvolutionBackend {
  package var reasonUnavailable: String? { nil }
  package var followsDefinition: Bool { true }
  package func pays(_ problem: ConvolutionProblem, _ direction: Direction) -> Bool { true }
  package func fusions(_ problem: ConvolutionProblem, _ direction: Direction) -> Fusions { [] }
  package func plan(_ chain: ConvolutionChain, in context: ExecutionContext) -> (any ConvolutionChainPlan)? { nil }
  package func plan(
    expansion: ConvolutionRequest, depthwise: ConvolutionRequest, in context: ExecutionContext
  ) -> ExpandedDepthwisePlan? { nil }
}

/// What a plan runs on: threads and the kernels of an instruction set.
package struct ExecutionContext: Sendable {
  package let pool: ThreadPool
  package let instructionSet: InstructionSet
  package var kernels: any KernelSet.Type { instructionSet.kernels }

  package init(pool: ThreadPool, instructionSet: InstructionSet = .best) {
    self.pool = pool
    self.instructionSet = instructionSet
  }
}

/// One problem in one direction, ready to run any number of times on the threads of its context.
///
/// Memory comes from the caller, so that the plans of a network, which run one after another, share one workspace, and
/// so that all of it is known before anything is allocated. A run allocates nothing but what the pool does for a job.
package protocol ConvolutionPlan: AnyObject, Sendable {
  /// The algorithm that runs, e.g. `F(4x4,3x3)`; results name it.
  var algorithm: String { get }
  /// Scratch memory of one run, aligned to 64 bytes; its content is arbitrary before and after.
  var workspaceBytes: Int { get }
  /// Size of the packed or transformed filter; 0 where the plan reads the filter as it is.
  var packedFilterBytes: Int { get }
  /// What a run computes and moves in each of the phases that it records; empty where the plan does not say, and the
  /// direct algorithm's then stands for it.
  var work: [KernelPhase: PhaseWork] { get }
  /// The same for `prepare`.
  var preparationWork: [KernelPhase: PhaseWork] { get }
  /// Packs or transforms `filter` into `packedFilterBytes` at `packed` (64-byte aligned). Once where weights are
  /// constant, in every step where they are variables.
  func prepare(filter: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer)
  /// Computes the tensor that the direction names; every element of it is written.
  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer)
}

extension ConvolutionPlan {
  package var packedFilterBytes: Int { 0 }
  package var work: [KernelPhase: PhaseWork] { [:] }
  package var preparationWork: [KernelPhase: PhaseWork] { [:] }
  package func prepare(filter: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer) {}
}
