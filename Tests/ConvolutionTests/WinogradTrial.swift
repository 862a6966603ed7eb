import Glibc
import Kernels
import Tensors
import Threads

@testable import Convolution

/// Floats that end where a page begins that may be neither read nor written, with canaries in front.
final class GuardedFloats {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int
  private static let canaries = 64
  private static let canary: Float = -12345.5

  init(count: Int, fill value: Float = .nan) {
    self.count = count
    let bytes = ((count + Self.canaries) * 4).rounded(upTo: 4096)
    mappedBytes = bytes + 4096
    mapping = mmap(nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    mprotect(mapping + bytes, 4096, PROT_NONE)
    base = (mapping + (bytes - count * 4)).bindMemory(to: Float.self, capacity: count)
    fill(value)
  }

  deinit { munmap(mapping, mappedBytes) }

  func fill(_ value: Float) {
    (base - Self.canaries).update(repeating: Self.canary, count: Self.canaries)
    base.update(repeating: value, count: count)
  }
  var canariesLive: Bool { (1...Self.canaries).allSatisfy { base[-$0] == Self.canary } }
  func isSame(as other: GuardedFloats) -> Bool {
    canariesLive && other.canariesLive && count == other.count && memcmp(base, other.base, count * 4) == 0
  }
  var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }
}

/// Random operands of one problem, and what the definition makes of them.
final class WinogradTrial {
  let request: ConvolutionRequest
  var problem: ConvolutionProblem { request.problem }
  let operands: ConvolutionOperands
  let result: GuardedFloats
  /// The definition's values.
  let expected: [Double]
  private let tensors: [GuardedFloats]

  init(_ request: ConvolutionRequest, pool: ThreadPool) {
    self.request = request
    let problem = request.problem
    func random(_ count: Int, _ name: String, deviation: Double = 1) -> GuardedFloats {
      let tensor = GuardedFloats(count: count)
      var random = Random(seed: 7, stream: "\(problem) \(name)")
      random.fillNormal(tensor.base, count: count, deviation: deviation)
      return tensor
    }
    // Outputs of deviation 1: ReLU6 would cut larger ones off, and the tolerance is relative to what is left.
    let taps = problem.kernel.height * problem.kernel.width * problem.channelsPerGroup
    let input = random(problem.inputCount, "input")
    let filter = random(problem.filterCount, "filter", deviation: 1 / Double(taps).squareRoot())
    let output = random(problem.outputCount, "output")
    let bias = random(problem.outputChannels, "bias")
    let residual = random(problem.outputCount, "residual")
    tensors = [input, filter, output, bias, residual]
    var operands = ConvolutionOperands(input: input.base, filter: filter.base, output: output.base)
    operands.bias = UnsafePointer(bias.base)
    operands.residual = UnsafePointer(residual.base)
    result = GuardedFloats(count: problem.resultCount(request.direction))
    switch request.direction {
    case .forward: operands.output = result.base
    case .inputGradient: operands.input = result.base
    case .filterGradient: operands.filter = result.base
    }
    self.operands = operands
    var plain = request
    plain.fusions = []
    let naive = Naive().plan(plain, in: ExecutionContext(pool: pool))
    naive.run(operands, workspace: UnsafeMutableRawPointer(result.base))
    expected = result.values.map(Double.init)
  }

  /// Runs the back end with every byte that it must not depend on poisoned.
  func run(
    _ backend: Winograd, _ instructionSet: InstructionSet, _ pool: ThreadPool, filterIsConstant: Bool = false
  ) -> Outcome {
    result.fill(.nan)
    var request = request
    request.filterIsConstant = filterIsConstant
    let (algorithm, live) = execute(backend, request, operands, instructionSet, pool)
    return Outcome(values: Array(result.values), algorithm: algorithm, canariesLive: live && result.canariesLive)
  }

  func deviation(of outcome: Outcome) -> Deviation { Deviation(of: outcome.values, from: expected) }

  struct Outcome {
    let values: [Float]
    let algorithm: String
    let canariesLive: Bool

    /// Whether the bits are the same.
    func isSame(as other: Outcome) -> Bool {
      values.count == other.values.count && memcmp(values, other.values, values.count * 4) == 0
    }
  }
}

/// Plans, prepares and runs in poisoned memory. Returns the algorithm's name and whether nothing was written in front
/// of the workspace.
func execute(
  _ backend: Winograd, _ request: ConvolutionRequest, _ operands: ConvolutionOperands,
  _ instructionSet: InstructionSet, _ pool: ThreadPool
) -> (algorithm: String, canariesLive: Bool) {
  let plan = backend.plan(request, in: ExecutionContext(pool: pool, instructionSet: instructionSet))
  let workspace = GuardedFloats(count: (plan.workspaceBytes / 4).rounded(upTo: 16))
  let prepared = GuardedFloats(count: (plan.preparedFilterBytes / 4).rounded(upTo: 16))
  plan.prepare(filter: operands.filter, into: prepared.base)
  var operands = operands
  operands.preparedFilter = UnsafeRawPointer(prepared.base)
  plan.run(operands, workspace: workspace.base)
  return (plan.algorithm, workspace.canariesLive && prepared.canariesLive)
}
