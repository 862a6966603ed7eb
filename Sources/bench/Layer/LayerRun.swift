import Convolution
import Measurement
import Statistics
import Tensors
import Terms

/// The measurements of one problem in one direction, on every back end that takes it.
struct LayerRun {
  /// The measurement of one back end.
  struct Entry {
    let backend: String
    let algorithm: String
    let error: RelativeError
    let workspaceBytes: Int
    let durations: [Double]
    var time: Double { median(durations) }
  }

  let problem: NamedProblem
  let direction: Direction
  var entries: [Entry]
  /// The back ends that did not take part, each with a sentence that says why.
  let leftOut: [(backend: String, reason: String)]
  /// The back ends of shared libraries that compute something wrong, crash or hang, in verification or in a timed
  /// step, each with a sentence that says so.
  var broken: [(backend: String, reason: String)] = []
}

/// Verifies and measures problems. The back ends take turns, one direction after the other.
struct LayerMeasurement {
  let context: ExecutionContext
  /// The names that the user gave; empty for all that are worth the time.
  let backends: [String]
  /// Tells which ones are; nil where the user gave names.
  let forecast: StepForecast?
  /// The back end that others are compared with; it takes part however slow it is.
  let baseline: String
  let plan: MeasurementPlan
  let session: Session

  func run(_ named: NamedProblem, _ direction: Direction) throws -> LayerRun {
    let request = ConvolutionRequest(named.problem, direction, filterIsConstant: direction == .forward)
    var leftOut: [(backend: String, reason: String)] = []
    let taking = session.plugins.all.filter { backend in
      if !backends.isEmpty, !backends.contains(backend.name) { return false }
      guard let reason = backend.reasonUnavailable ?? backend.reasonUnsupported(named.problem, direction) else {
        return true
      }
      leftOut.append((backend.name, reason))
      return false
    }
    let tooSlow = (forecast?.reasons(against: taking.map(\.name), flops: named.problem.flops) ?? [:])
      .filter { $0.key != baseline }
    leftOut += taking.compactMap { backend in tooSlow[backend.name].map { (backend.name, $0) } }
    let eligible = taking.filter { tooSlow[$0.name] == nil }
    // A library plans and runs nothing in this process.
    let own = eligible.filter { session.plugins.plugin($0.name) == nil }.map { $0.plan(request, in: context) }
    try checkMemoryOf(own, named, direction)
    if !eligible.isEmpty {
      session.console.note(
        "\(named.name) \(direction): checking \(eligible.count) back end\(eligible.count == 1 ? "" : "s"), then timing for "
          + "up to \(durationText(plan.maxTime ?? 0)).")
    }
    let (chosen, broken) = try verified(eligible, request, named)
    var run = LayerRun(problem: named, direction: direction, entries: [], leftOut: leftOut, broken: broken)
    let contestants = try contestants(chosen, request, named)
    let ready = contestants.filter { $0.failure == nil }
    if !ready.isEmpty {
      let samples = measureInTurns(
        ready.map(\.workload), plan: plan, clock: MonotonicClock(), interruption: session.interruption)
      run.entries = zip(ready, samples).compactMap { contestant, samples in
        contestant.failure != nil || samples.durations.isEmpty ? nil : contestant.entry(samples.durations)
      }
    }
    run.broken += contestants.compactMap { contestant in
      contestant.failure.map { (contestant.backend, Plugins.sentence(contestant.backend, request, [$0])) }
    }
    return run
  }

  /// What takes part in the turns.
  private struct Contestant {
    let backend: String
    let algorithm: String
    let workspaceBytes: Int
    let error: RelativeError
    let workload: any Workload
    /// Why a library's steps are none, as a part of a sentence.
    var failure: String? { (workload as? PluginWorkload)?.failure }

    func entry(_ durations: [Double]) -> LayerRun.Entry {
      LayerRun.Entry(
        backend: backend, algorithm: algorithm, error: error, workspaceBytes: workspaceBytes, durations: durations)
    }
  }

  /// Plans what was verified: in this process, and what is a library's in its child process, which has tensors of its
  /// own.
  private func contestants(
    _ chosen: [(backend: any ConvolutionBackend, error: RelativeError)], _ request: ConvolutionRequest,
    _ named: NamedProblem
  ) throws -> [Contestant] {
    // Children allocate first, so that what is left is known here.
    let others = try chosen.map { try session.plugins.workload($0.backend.name, request) }
    let plans = zip(chosen, others).map { $1 == nil ? $0.backend.plan(request, in: context) : nil }
    try checkMemoryOf(plans.compactMap { $0 }, named, request.direction)
    do {
      let tensors = try LayerTensors(named.problem, seed: 1)
      let result = try FloatBuffer(count: named.problem.resultCount(request.direction))
      return try chosen.indices.map { index in
        let (backend, error) = (chosen[index].backend.name, chosen[index].error)
        if let other = others[index] {
          return Contestant(
            backend: backend, algorithm: other.algorithm, workspaceBytes: other.workspaceBytes, error: error,
            workload: other)
        }
        let plan = plans[index]!
        let workload = try LayerWorkload(
          plan, request.direction, tensors, result: result, preparesEachStep: request.direction != .forward)
        return Contestant(
          backend: backend, algorithm: plan.algorithm, workspaceBytes: plan.workspaceBytes, error: error,
          workload: workload)
      }
    } catch let error as AllocationError { throw Failure.failed(error.description) }
  }

  private func checkMemoryOf(_ plans: [any ConvolutionPlan], _ named: NamedProblem, _ direction: Direction) throws {
    try checkMemory(
      LayerTensors.bytes(named.problem) + named.problem.resultBytes(direction)
        + plans.reduce(0) { $0 + $1.scratchBytes },
      for: "\(named.name) on \(plans.count) back ends at once",
      remedy: "Use a smaller batch or choose fewer with --backend.")
  }

  /// Verifies back ends, those of shared libraries in their child processes, so that one that crashes is a row.
  /// - Throws: `Failure` where one of the program's own computes something wrong
  private func verified(
    _ backends: [any ConvolutionBackend], _ request: ConvolutionRequest, _ named: NamedProblem
  ) throws -> (
    chosen: [(backend: any ConvolutionBackend, error: RelativeError)], broken: [(backend: String, reason: String)]
  ) {
    let verifier = Verifier(in: context)
    var chosen: [(backend: any ConvolutionBackend, error: RelativeError)] = []
    var broken: [(backend: String, reason: String)] = []
    for backend in backends {
      let error: RelativeError
      if let outcome = try session.plugins.verify(backend.name, request.asVerified) {
        guard case .verdict(let verdict) = outcome, verdict.complaints.isEmpty else {
          broken.append((backend.name, Plugins.sentence(backend.name, request.asVerified, outcome.complaints)))
          continue
        }
        error = verdict.error
      } else {
        error = try verifier.error(of: backend, request, named: named.name)
        try verifier.checkEpilogues(of: backend, request, named: named.name)
      }
      chosen.append((backend, error))
    }
    return (chosen, broken)
  }
}
