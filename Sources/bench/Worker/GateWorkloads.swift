import Convolution
import Gate
import Networks
import Results
import Tensors
import Threads

/// Prepares the workload of a specification.
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
  let plugins = Plugins()
  if let path = specification.plan {
    do { return try ProgramGateWorkload(following: path, specification, subject, in: context, verify: verify) } catch {
      throw .unavailable("\(error)")
    }
  }
  do {
    let names = try plugins.load([specification.backend], in: context, .quiet)
    guard names.count == 1 else {
      throw WorkloadError.failed("\(specification.backend) has several back ends: \(names.joined(separator: ", ")).")
    }
    choice = try BackendChoice(names[0], others: plugins.backends)
  } catch let error as NetworkError {
    throw .unavailable(error.description)
  } catch {
    throw .failed("\(error)")
  }
  do {
    switch subject {
    case .network(let network, let layers):
      return try ProgramGateWorkload(specification, network, layers, choice, context, plugins, verify: verify)
    case .layer(let problem):
      return try ConvolutionGateWorkload(specification, problem, choice, context, plugins, verify: verify)
    }
  } catch let error as WorkloadError {
    throw error
  } catch {
    throw .failed("\(error)")
  }
}

/// A pass of a network as a gate's workload.
private final class ProgramGateWorkload: GateWorkload {
  private let program: Program

  init(
    _ specification: BenchmarkSpecification, _ network: Network, _ layers: [Layer], _ choice: BackendChoice,
    _ context: ExecutionContext, _ plugins: Plugins, verify: Bool
  ) throws {
    program = try Program(
      layers, pass: specification.pass, batch: specification.batchSize,
      choice: choice, in: context, seed: specification.seed)
    try checkMemory(
      program.memory.totalBytes, for: "\(specification)", remedy: "Use a smaller --batch-size.")
    if verify { _ = try KernelVerification(in: context, seed: specification.seed, plugins).verify(program.assignments) }
    _ = try program.makeReady(of: network, seed: specification.seed)
  }

  /// Follows the plan at `path`.
  /// - Throws: `Failure` where it is a plan of something else, or cannot be followed
  convenience init(
    following path: String, _ specification: BenchmarkSpecification, _ subject: GateSubject,
    in context: ExecutionContext, verify: Bool
  ) throws {
    guard case .network(let network, let layers) = subject else {
      throw Failure.usage("\(specification.subject) is a single layer, and \(path) is a plan of a network.")
    }
    let key = PlanKey(network.name, layers, batch: specification.batchSize, context)
    let run = try PinnedRun(path, key, layers, passes: [specification.pass], in: context) { _ in }
    try self.init(specification, network, layers, run.choice(specification.pass), context, Plugins(), verify: verify)
  }

  func step() { program.run() }

  var plan: [String] { PlannedPass(program.pass, program.groups).layers.map(\.description) }

  func outputs() -> [WorkerOutput] {
    [WorkerOutput("logits", program.logits, tolerance: 2e-4)]
      + program.gradients.sorted { $0.key < $1.key }.map { name, gradient in
        WorkerOutput("gradient/\(name)", gradient, tolerance: gradientTolerance)
      }
  }

  /// Batch norms amplify rounding towards the first layers: of MobileNetV2's gradients, PyTorch's float32 is up to 1.2e-2
  /// from its own float64, and two versions may be as far off on either side.
  private var gradientTolerance: Double {
    let isNormalized = program.layers.contains { if case .batchNormalization = $0.kind { true } else { false } }
    return isNormalized ? 2.5e-2 : 5e-3
  }
}

extension WorkerOutput {
  /// A sample of a tensor with its tolerance. Tolerances are at least four times those against another framework,
  /// because both versions may have errors, and a sample may have larger ones than the whole tensor.
  init(_ name: String, _ tensor: Tensor, tolerance: Double) {
    self.init(name: name, values: tensor.floats, count: tensor.count, tolerance: tolerance)
  }

  /// Takes at most 1024 of the values, at even distances.
  init(name: String, values: UnsafePointer<Float>, count: Int, tolerance: Double) {
    let shown = min(count, 1024)
    self.init(name: name, values: (0..<shown).map { values[$0 * count / shown] }, tolerance: tolerance)
  }
}
