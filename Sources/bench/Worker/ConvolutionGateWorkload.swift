import Convolution
import Gate
import Networks
import Results
import Tensors
import Terms

/// One convolution as a gate's workload. A pass with gradients takes all three directions, one after the other, and
/// packs the filter in each step, because weights change there.
final class ConvolutionGateWorkload: GateWorkload {
  private let parts: [LayerWorkload]

  /// Makes a plan for each direction. As in a network, another back end takes a direction that the chosen one cannot
  /// run.
  init(
    _ specification: BenchmarkSpecification, _ problem: ConvolutionProblem, _ choice: BackendChoice,
    _ context: ExecutionContext, _ plugins: Plugins, verify: Bool
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
      if let plugin = plugins.plugin(part.backend.name) {
        _ = try plugins.error(of: plugin, part.request, named: specification.subject, seed: specification.seed)
      } else {
        _ = try verifier.error(of: part.backend, part.request, named: specification.subject)
      }
    }
    // Every version of the program must fill the tensors alike, because base and head must agree on the outputs.
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
