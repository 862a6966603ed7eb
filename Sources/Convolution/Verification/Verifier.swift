import CGuard
import Tensors
import Threads

/// Runs a plan on random data and compares its result with the double-precision reference.
///
/// All memory lies between guards. Outputs, workspace and packed filters are poisoned first, with NaN, so an element
/// that is not written, or read before it is written, shows; what is only read is protected. All elements are compared
/// where that takes less than about a second; else a sample that hits every image, row, column and channel, and all are
/// looked at for the poison.
package struct Verifier: Sendable {
  /// Multiply-adds for which the reference takes about a second on two cores.
  package static let budget = 1_500_000_000

  let context: ExecutionContext
  let seed: UInt64
  private let budget: Int
  private let namesCrashes: Bool

  /// - Parameter namesCrashes: whether a crash ends the process with a sentence and exit code 3, and not by its signal
  package init(
    in context: ExecutionContext, seed: UInt64 = 1, budget: Int = Self.budget, namesCrashes: Bool = true
  ) {
    self.namesCrashes = namesCrashes
    self.context = context
    self.seed = seed
    self.budget = budget
  }

  /// - Throws: `AllocationError`.
  package func verify(
    _ backend: any ConvolutionBackend, _ request: ConvolutionRequest
  ) throws(AllocationError) -> Verification {
    let tensors = try VerificationTensors(request, seed: seed)
    let plan = backend.plan(request, in: context)
    let (packed, workspace) = (try guarded(bytes: plan.packedFilterBytes), try guarded(bytes: plan.workspaceBytes))
    let planned = PlannedConvolution(plan, packedFilter: packed.base, workspace: workspace.base)
    let tolerance = backend.tolerance(request.problem, request.direction)
    tensors.poisonedAndProtected {
      namingCrashes(of: "\(backend.name) \(request.direction) \(request.problem)\(request.epilogue)") {
        planned.prepare(filter: tensors.operands.filter)
        packed.protect()
        planned.run(tensors.operands)
        packed.unprotect()
      }
    }
    var findings = tensors.takeTrespasses()
    for (name, memory) in [("packed filter", packed), ("workspace", workspace)] {
      if let trespass = memory.takeTrespass() { findings.append(trespass.sentence(name)) }
    }

    let (tally, compared) = compare(tensors, tolerance)
    var error = tally.sums.error(deviation: tensors.deviation)
    if tally.hasFindings || !tolerance.admits(error) {
      findings.append(tally.finding(tensors.layout, tensors.resultName, compared: compared))
    }
    if tally.hasNaN || !tensors.areIndicesWritten { error = .unwritten }
    if !tensors.areIndicesWritten { findings.append("pooling indices are not written") }
    if request.fusions.contains(.biasGradient) {
      let biasError = tensors.biasGradientError
      if !tolerance.admits(biasError) { findings.append("the bias gradient is wrong (\(biasError))") }
      error = error.worse(than: biasError)
    }
    return Verification(
      request: request, backend: backend.name, error: error, tolerance: tolerance, compared: compared,
      total: tensors.layout.count, findings: findings)
  }

  func guarded(bytes: Int) throws(AllocationError) -> GuardedFloats {
    try GuardedFloats(bytes.dividedRoundingUp(by: MemoryLayout<Float>.stride))
  }

  /// Where `body` crashes, the process ends with exit code 3 and a sentence that names `subject`.
  func namingCrashes(of subject: String, _ body: () -> Void) {
    guard namesCrashes else { return body() }
    cguard_say_on_crash(
      "Error: \(subject) crashes: it accesses memory far outside its tensors. Nothing was timed.\n", 3)
    body()
    cguard_say_on_crash(nil, 0)
  }

  // MARK: Comparison

  /// Multiply-adds of a line's reference, and about ten for each value to be made and compared.
  private func cost(of request: ConvolutionRequest, _ layout: ResultLayout) -> Int {
    let windows = request.direction == .forward && request.fusions.contains(.maxPool) ? 4 : 1
    return layout.channels * (request.problem.terms(request.direction) * windows + 10)
  }

  private func compare(_ tensors: VerificationTensors, _ tolerance: Tolerance) -> (ResultTally, compared: Int) {
    let layout = tensors.layout
    var random = Random(seed: seed, stream: "sample")
    let each = cost(of: tensors.request, layout)
    // Where not all can be compared, a tenth of the time finds what a sample can find.
    let lines = layout.sample(layout.lines <= budget / each ? layout.lines : budget / 10 / each, &random)
    let limit = tolerance.max * 4 * tensors.deviation
    let tallies = WorkerTallies(workers: context.pool.count, limit: limit)
    context.pool.splitAmongWorkers(lines.count, grain: 1) { worker, range in
      var tally = ResultTally(limit: limit)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 5 * layout.channels) { scratch in
        for position in range { tensors.compare(lines[position], &tally, scratch: scratch.baseAddress!) }
      }
      tallies.base[worker] = tally
    }
    var tally = tallies.sum
    if lines.count < layout.lines { tally.lookAtOthers(tensors.result.values, lines, layout.channels) }
    return (tally, lines.count * layout.channels)
  }
}

/// One tally for each worker.
private final class WorkerTallies: @unchecked Sendable {
  let base: UnsafeMutablePointer<ResultTally>
  private let workers: Int

  init(workers: Int, limit: Double) {
    self.workers = workers
    base = .allocate(capacity: workers)
    base.initialize(repeating: ResultTally(limit: limit), count: workers)
  }

  deinit {
    base.deinitialize(count: workers)
    base.deallocate()
  }

  var sum: ResultTally {
    (1..<workers).reduce(into: base[0]) { sum, worker in sum.add(base[worker]) }
  }
}

extension RelativeError {
  /// The larger of both norms; NaN wins.
  func worse(than other: RelativeError) -> RelativeError {
    func larger(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : Swift.max(a, b) }
    return RelativeError(max: larger(max, other.max), relativeL2: larger(relativeL2, other.relativeL2))
  }

  static let unwritten = RelativeError(max: .nan, relativeL2: .nan)
}
