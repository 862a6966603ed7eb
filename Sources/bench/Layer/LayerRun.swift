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
  let entries: [Entry]
  /// The back ends that did not take part, each with a sentence that says why.
  let leftOut: [(backend: String, reason: String)]
  /// The back ends of shared libraries that compute something wrong, or crash; they were not timed.
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
    // A library plans nothing in this process before it is verified.
    try checkMemoryOf(
      eligible.filter { session.plugins.plugin($0.name) == nil }.map { $0.plan(request, in: context) }, named, direction
    )
    if !eligible.isEmpty {
      session.console.note(
        "\(named.name) \(direction): checking \(eligible.count) back end\(eligible.count == 1 ? "" : "s"), then timing for "
          + "up to \(durationText(plan.maxTime ?? 0)).")
    }
    let (chosen, errors, broken) = try verified(eligible, request, named)
    let plans = chosen.map { $0.plan(request, in: context) }
    try checkMemoryOf(plans, named, direction)
    let workloads: [LayerWorkload]
    do { workloads = try makeWorkloads(plans, named.problem, direction) } catch {
      throw Failure.failed(error.description)
    }
    if workloads.isEmpty {
      return LayerRun(problem: named, direction: direction, entries: [], leftOut: leftOut, broken: broken)
    }
    let samples = measureInTurns(workloads, plan: plan, clock: MonotonicClock(), interruption: session.interruption)
    try session.plugins.checkJournals()
    let entries = chosen.indices.map { index in
      LayerRun.Entry(
        backend: chosen[index].name, algorithm: plans[index].algorithm, error: errors[index],
        workspaceBytes: plans[index].workspaceBytes, durations: samples[index].durations)
    }
    return LayerRun(
      problem: named, direction: direction, entries: entries.filter { !$0.durations.isEmpty }, leftOut: leftOut,
      broken: broken)
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
  ) throws -> (chosen: [any ConvolutionBackend], errors: [RelativeError], broken: [(backend: String, reason: String)]) {
    let verifier = Verifier(in: context)
    var (chosen, errors) = ([any ConvolutionBackend](), [RelativeError]())
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
      chosen.append(backend)
      errors.append(error)
    }
    return (chosen, errors, broken)
  }

  private func makeWorkloads(
    _ plans: [any ConvolutionPlan], _ problem: ConvolutionProblem, _ direction: Direction
  ) throws(AllocationError) -> [LayerWorkload] {
    let tensors = try LayerTensors(problem, seed: 1)
    let result = try FloatBuffer(count: problem.resultCount(direction))
    return try plans.map { plan throws(AllocationError) in
      try LayerWorkload(plan, direction, tensors, result: result, preparesEachStep: direction != .forward)
    }
  }
}
