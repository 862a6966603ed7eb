import Convolution
import Gate
import Networks
import Results
import Tensors
import Threads

/// Prepares what a gate asks for.
func gateWorkload(
  _ specification: BenchmarkSpecification, verify: Bool
) throws(WorkloadError) -> any GateWorkload {
  let context = ExecutionContext(pool: ThreadPool(count: specification.threads))
  guard context.pool.count == specification.threads else {
    throw .failed("the system starts only \(context.pool.count) of \(specification.threads) threads")
  }
  let subject: GateSubject
  let choice: BackendChoice
  do { subject = try GateSubject(specification) } catch { throw .unavailable("\(error)") }
  do { choice = try BackendChoice(specification.backend) } catch { throw .unavailable(error.description) }
  do {
    switch subject {
    case .network(let layers):
      return try ProgramGateWorkload(specification, layers, choice, context, verify: verify)
    case .layer(let problem):
      return try ConvolutionGateWorkload(specification, problem, choice, context, verify: verify)
    }
  } catch let error as WorkloadError {
    throw error
  } catch {
    throw .failed("\(error)")
  }
}

/// A network's pass.
private final class ProgramGateWorkload: GateWorkload {
  private let program: Program

  init(
    _ specification: BenchmarkSpecification, _ layers: [Layer], _ choice: BackendChoice, _ context: ExecutionContext,
    verify: Bool
  ) throws {
    program = try Program(
      layers, pass: specification.pass, batch: specification.batchSize,
      choice: choice, in: context, seed: specification.seed)
    try checkMemory(
      program.memory.totalBytes, for: "\(specification)", remedy: "Use a smaller --batch-size.")
    if verify { _ = try KernelVerification(in: context, seed: specification.seed).verify(program.assignments) }
    _ = try program.makeReady(seed: specification.seed)
  }

  func step() { program.run() }

  func outputs() -> [WorkerOutput] {
    [WorkerOutput("logits", program.logits, tolerance: 2e-4)]
      + program.gradients.sorted { $0.key < $1.key }.map { name, gradient in
        WorkerOutput("gradient/\(name)", gradient, tolerance: 5e-3)
      }
  }
}

extension WorkerOutput {
  /// Tolerances are four times those against another framework and more: both versions may lie off, to either side, and
  /// a sample of a tensor lies off further than the whole.
  init(_ name: String, _ tensor: Tensor, tolerance: Double) {
    self.init(name: name, values: tensor.floats, count: tensor.count, tolerance: tolerance)
  }

  /// At most 1024 values.
  init(name: String, values: UnsafePointer<Float>, count: Int, tolerance: Double) {
    let shown = min(count, 1024)
    self.init(name: name, values: (0..<shown).map { values[$0 * count / shown] }, tolerance: tolerance)
  }
}
