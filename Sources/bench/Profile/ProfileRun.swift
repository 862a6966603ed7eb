import Convolution
import Measurement
import Networks
import Results
import Terms

/// Plans, checks and profiles one pass of a network: plain and profiled steps in turns.
struct ProfileRun {
  let options: ProfileOptions
  let network: Network
  let layers: [Layer]
  let context: ExecutionContext
  let choices: PassChoices
  let session: Session
  let check: KernelCheck

  /// What a profile leaves: the record and, where they were kept, the steps behind it.
  struct Outcome {
    let record: ProfileRecord
    let trace: PassTrace?
  }

  /// - Parameter kept: how many spans to keep for a trace
  /// - Returns: nil where the user interrupted before the first profiled step
  func run(_ pass: Pass, keepingSpans kept: Int = 0) throws -> Outcome? {
    let clock = MonotonicClock()
    let bounds = try session.bounds(context)
    let label = "\(network.name) \(pass.rawValue)"
    let choice = choices[pass]
    let program = try Program.planned(
      layers, pass, batch: options.work.batch.batchSize, choice: choice, in: context, seed: options.work.seed,
      label: label)
    let verification = options.results.noVerify ? Results.Verification.skipped : try check.verify(program, label: label)
    if session.interruption.isRequested { return nil }
    _ = try program.makeReady(of: network, seed: options.work.seed)

    let rows = ProfileRows(program)
    let (plain, profiled) = (PlainWorkload(program), ProfileWorkload(program, rows, keepingSpans: max(kept, 1)))
    let plan = options.length.plan
    let progress = session.console.progress(label: label, unit: "pair", plan: plan, clock: clock)
    // Both run the same program, so a step finds in the caches what any other would.
    let samples = measureInTurns(
      [plain, profiled], plan: plan, warmLimit: 0, clock: clock, interruption: session.interruption,
      observer: Observers([progress, profiled]))
    try session.plugins.checkJournals()
    guard !samples[1].durations.isEmpty else { return nil }
    let steps = ProfiledSteps(plain: samples[0].durations, profiled: samples[1].durations, times: profiled.times)
    guard !steps.times.isEmpty else {
      throw Failure.failed(
        "A step of \(label) has more spans than a profile holds; use a smaller --batch-size or fewer --threads.")
    }
    var record = ProfileRecord(program, network, backend: choice.requested, options.work.seed, verification)
    record.plan = choices.plan?.reference
    record.add(steps, rows)
    record.compare(with: ProfileBounds(bounds, CacheSizes.current))
    if record.beatsItsBounds {
      record.compare(with: ProfileBounds(try session.bounds(context, again: true), CacheSizes.current))
    }
    record.timeline = profiled.steps.last.map { ProfileTimeline(rows.timeline($0.step)) }
    record.stoppedEarly = samples[0].stoppedEarly
    record.cost = profiled.cost
    count(program, into: &record)
    record.clockReading = clock.readingCost()
    guard kept > 0 else { return Outcome(record: record, trace: nil) }
    let trace = PassTrace(
      program, rows, profiled.steps, of: steps.times.count, label: label, cost: record.cost)
    return Outcome(record: record, trace: trace)
  }
}

extension ProfileRun {
  /// Counts the processor's events in some steps more, where the kernel allows it.
  private func count(_ program: Program, into record: inout ProfileRecord) {
    switch PhaseCounters.open(context.pool) {
    case .failure(let reason): record.countersUnavailable = reason.description
    case .success(let counters):
      record.counters = counters.count(context.pool, steps: 3) { _ = StepRecorder(program).run() }
    }
  }
}

/// The pairs of steps of which everything was recorded.
struct ProfiledSteps {
  private(set) var plain: [Double] = []
  private(set) var profiled: [Double] = []
  private(set) var times: [StepTimes] = []

  init(plain: [Double], profiled: [Double], times: [StepTimes?]) {
    for (index, times) in times.enumerated() {
      guard let times, index < plain.count else { continue }
      self.plain.append(plain[index])
      self.profiled.append(profiled[index])
      self.times.append(times)
    }
  }
}
