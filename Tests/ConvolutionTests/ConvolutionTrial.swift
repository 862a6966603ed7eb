import Glibc
import Tensors
import Threads

@testable import Convolution

/// One request with random tensors and what a reference makes of them, on which any back end can be tried.
///
/// Before a run, the result, the workspace and the packed filter are NaN.
final class ConvolutionTrial {
  let request: ConvolutionRequest
  private let input: GuardedFloats
  private let filter: GuardedFloats
  private let output: GuardedFloats
  private let bias: GuardedFloats
  private let residual: GuardedFloats
  private let reluMask: GuardedFloats
  private let result: GuardedFloats
  private let biasGradient: GuardedFloats
  private var expected: [Double] = []
  /// Of what is added up for a value; see `RelativeError.Sums`.
  private let deviation: Double

  private var problem: ConvolutionProblem { request.problem }

  /// - Parameters:
  ///   - reference: computes the reference result, on threads of `pool`
  ///   - outputDeviation: of the outputs, whatever the depth
  ///   - placement: of the tensors
  init(
    _ request: ConvolutionRequest, pool: ThreadPool, reference backend: any ConvolutionBackend = Naive(),
    outputDeviation: Double = 1, _ placement: GuardedFloats.Placement = .atPage
  ) {
    self.request = request
    let problem = request.problem
    func random(_ count: Int, _ name: String, deviation: Double = 1) -> GuardedFloats {
      .random(count, "\(problem) \(name)", deviation: deviation, placement)
    }
    let depth = problem.kernel.height * problem.kernel.width * problem.channelsPerGroup
    let filterDeviation = outputDeviation / Double(depth).squareRoot()
    deviation =
      Double(problem.products(request.direction)).squareRoot()
      * (request.direction == .filterGradient ? 1 : filterDeviation)
    input = random(problem.inputCount, "input")
    filter = random(problem.filterCount, "filter", deviation: filterDeviation)
    output = random(problem.outputCount, "output")
    bias = random(problem.outputChannels, "bias")
    residual = random(problem.outputCount, "residual")
    reluMask = random(problem.inputCount, "reluMask")
    result = GuardedFloats(count: problem.resultCount(request.direction), placement)
    biasGradient = GuardedFloats(count: problem.outputChannels, placement)
    var plain = request
    plain.fusions = []
    _ = execute(backend, plain, operands, .best, pool)
    expected = result.values.map(Double.init)
    if request.fusions.contains(.reluBackward) {
      for index in expected.indices where !(reluMask.base[index] > 0) { expected[index] = 0 }
    }
  }

  /// - Parameters:
  ///   - filterIsConstant: whether the plan is told so, nil: as the request has it
  ///   - inPlace: the residual is the output, or the reluMask the input gradient
  func run(
    _ backend: any ConvolutionBackend, _ instructionSet: InstructionSet = .best, on pool: ThreadPool,
    filterIsConstant: Bool? = nil, inPlace: Bool = false
  ) -> Outcome {
    var request = request
    if let filterIsConstant { request.filterIsConstant = filterIsConstant }
    var operands = operands
    result.fill(.nan)
    biasGradient.fill(.nan)
    if inPlace {
      let source = request.direction == .forward ? residual : reluMask
      result.base.update(from: source.base, count: result.count)
      if request.direction == .forward { operands.residual = UnsafePointer(result.base) }
      if request.direction == .inputGradient { operands.reluMask = UnsafePointer(result.base) }
    }
    let (algorithm, live) = execute(backend, request, operands, instructionSet, pool)
    return Outcome(
      values: Array(result.values),
      error: RelativeError(of: Array(result.values), from: expected, deviation: deviation),
      biasError: request.fusions.contains(.biasGradient) ? biasError : nil, algorithm: algorithm,
      canariesLive: live && result.canariesLive && biasGradient.canariesLive)
  }

  struct Outcome {
    let values: [Float]
    let error: RelativeError
    /// nil without `Fusions.biasGradient`.
    let biasError: RelativeError?
    let algorithm: String
    let canariesLive: Bool

    /// Whether the bits are the same.
    func isSame(as other: Outcome) -> Bool {
      values.count == other.values.count && memcmp(values, other.values, values.count * 4) == 0
    }
  }

  private var operands: ConvolutionOperands {
    let direction = request.direction
    var operands = ConvolutionOperands(
      input: direction == .inputGradient ? result.base : input.base,
      filter: direction == .filterGradient ? result.base : filter.base,
      output: direction == .forward ? result.base : output.base)
    operands.bias = UnsafePointer(bias.base)
    operands.residual = UnsafePointer(residual.base)
    operands.reluMask = UnsafePointer(reluMask.base)
    operands.biasGradient = biasGradient.base
    return operands
  }

  /// From the sum of the output gradient in double.
  private var biasError: RelativeError {
    var sums = [Double](repeating: 0, count: problem.outputChannels)
    for index in 0..<output.count { sums[index % problem.outputChannels] += Double(output.base[index]) }
    return RelativeError(of: Array(biasGradient.values), from: sums)
  }
}

/// Plans, prepares and runs in poisoned memory. Returns the algorithm's name and whether nothing was written around
/// the workspace and the packed filter.
func execute(
  _ backend: any ConvolutionBackend, _ request: ConvolutionRequest, _ operands: ConvolutionOperands,
  _ instructionSet: InstructionSet, _ pool: ThreadPool
) -> (algorithm: String, canariesLive: Bool) {
  let plan = backend.plan(request, in: ExecutionContext(pool: pool, instructionSet: instructionSet))
  let workspace = GuardedFloats(count: (plan.workspaceBytes + 3) / 4, .aligned)
  let packed = GuardedFloats(count: (plan.packedFilterBytes + 3) / 4, .aligned)
  let planned = PlannedConvolution(plan, packedFilter: packed.base, workspace: workspace.base)
  planned.prepare(filter: operands.filter)
  planned.run(operands)
  return (plan.algorithm, workspace.canariesLive && packed.canariesLive)
}
