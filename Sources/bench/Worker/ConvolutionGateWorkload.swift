import Convolution
import Gate
import Networks
import Results
import Tensors
import Terms

/// One convolution: forward, or with a pass that has gradients all three directions, one after the other. With gradients
/// weights change, so each step packs them.
final class ConvolutionGateWorkload: GateWorkload {
  private let parts: [LayerWorkload]

  /// A back end leaves what it cannot do to another one here as in a network.
  init(
    _ specification: BenchmarkSpecification, _ problem: ConvolutionProblem, _ choice: BackendChoice,
    _ context: ExecutionContext, verify: Bool
  ) throws {
    let isForward = specification.pass == .forward
    let parts = (isForward ? [Direction.forward] : Direction.allCases).map { direction in
      let request = ConvolutionRequest(problem, direction, filterIsConstant: isForward)
      let backend = choice.backend(for: problem, direction).backend
      return (request: request, backend: backend, plan: backend.plan(request, in: context))
    }
    try checkMemory(
      LayerTensors.bytes(problem)
        + parts.reduce(0) { $0 + problem.resultBytes($1.request.direction) + $1.plan.scratchBytes },
      for: "\(specification)", remedy: "Use a smaller batch.")
    let verifier = Verifier(in: context, seed: specification.seed)
    for part in verify ? parts : [] {
      _ = try verifier.error(of: part.backend, part.request, named: specification.subject)
    }
    // Whatever the version of the program, the tensors are to be these: bases and heads must agree on the outputs.
    let tensors = try LayerTensors(problem, seed: specification.seed, in: -0.5...0.5)
    self.parts = try parts.map { part in
      try LayerWorkload(
        part.plan, part.request.direction, tensors,
        result: FloatBuffer(count: problem.resultCount(part.request.direction)), preparesEachStep: !isForward)
    }
  }

  func step() { for part in parts { part.step() } }

  func outputs() -> [WorkerOutput] {
    parts.map {
      WorkerOutput(
        name: $0.direction.description, values: $0.result.base, count: $0.result.count, tolerance: 2e-4)
    }
  }
}
