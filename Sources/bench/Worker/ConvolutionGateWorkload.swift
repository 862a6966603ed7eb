import Convolution
import Gate
import Networks
import Results
import Tensors

/// One convolution: forward, or with a pass that has gradients all three directions, one after the other.
final class ConvolutionGateWorkload: GateWorkload {
  private struct Part {
    let plan: any ConvolutionPlan
    let operands: ConvolutionOperands
    let prepared: Memory
    let workspace: Memory
    /// In passes with gradients weights change, so each step packs them.
    let preparesEachStep: Bool

    func run() {
      if preparesEachStep { plan.prepare(filter: operands.filter, into: prepared.base) }
      plan.run(operands, workspace: workspace.base)
    }
  }

  private var parts: [Part] = []
  private var results: [(name: String, buffer: FloatBuffer)] = []
  /// What the parts' operands point to.
  private let operands: [FloatBuffer]

  init(
    _ specification: BenchmarkSpecification, _ problem: ConvolutionProblem, _ choice: BackendChoice,
    _ context: ExecutionContext, verify: Bool
  ) throws {
    let directions = specification.pass == .forward ? [Direction.forward] : Direction.allCases
    let pairs = directions.map { direction in
      // A back end leaves what it cannot do to another one here as in a network.
      let named = Backends.named(choice.requested).flatMap {
        $0.reasonUnsupported(problem, direction) == nil ? $0 : nil
      }
      return (direction, named ?? Backends.fallback(problem, direction))
    }
    let verifier = Verifier(in: context, seed: specification.seed)
    for (direction, backend) in verify ? pairs : [] {
      _ = try verifier.deviation(
        of: backend, ConvolutionRequest(problem, direction), named: specification.subject)
    }
    func values(_ name: String, _ count: Int) throws -> FloatBuffer {
      let buffer = try FloatBuffer(count: count)
      var random = Random(seed: specification.seed, stream: name)
      random.fillUniform(buffer.base, count: count, in: -0.5...0.5)
      return buffer
    }
    let (x, w, y) = (
      try values("input", problem.inputCount), try values("filter", problem.filterCount),
      try values("output", problem.outputCount)
    )
    for (direction, backend) in pairs {
      let result = try FloatBuffer(count: problem.resultCount(direction))
      var operands = ConvolutionOperands(
        input: direction == .inputGradient ? result.base : x.base,
        filter: direction == .filterGradient ? result.base : w.base,
        output: direction == .forward ? result.base : y.base)
      let plan = backend.plan(ConvolutionRequest(problem, direction), in: context)
      let prepared = try Memory(byteCount: plan.preparedFilterBytes)
      operands.preparedFilter = UnsafeRawPointer(prepared.base)
      let part = Part(
        plan: plan, operands: operands, prepared: prepared, workspace: try Memory(byteCount: plan.workspaceBytes),
        preparesEachStep: specification.pass != .forward && plan.preparedFilterBytes > 0)
      plan.prepare(filter: operands.filter, into: prepared.base)
      parts.append(part)
      results.append((direction.description, result))
    }
    operands = [x, w, y]
  }

  func step() { for part in parts { part.run() } }

  func outputs() -> [WorkerOutput] {
    results.map { WorkerOutput(name: $0.name, values: $0.buffer.base, count: $0.buffer.count, tolerance: 2e-4) }
  }
}
