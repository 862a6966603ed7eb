import Convolution
import Measurement
import Networks
import Profiles
import Results
import Terms

/// Plans, checks and measures one pass of a network.
struct PassRun {
  let options: RunOptions
  let network: Network
  let layers: [Layer]
  /// The images of the user; nil for random ones.
  let images: InputImages?
  let context: ExecutionContext
  let choices: PassChoices
  let session: Session
  let limits: MachineLimits
  /// One profiler for all passes, which follow each other in its file.
  let profiler: CPUProfiler?
  /// One for all passes, which have a file each.
  let heap: HeapProfiler?
  /// One check for all passes, because they share forward plans.
  let check: KernelCheck
  /// The other processes that take part; nil where there are none.
  let team: RankedRun?
  /// The steps of the pass that runs.
  let unfinished = UnfinishedPass()

  /// - Returns: the record of what was measured; it has no steps where the check was interrupted.
  /// - Throws: `Failure` where the pass cannot be run.
  func run(_ pass: Pass) throws -> Record {
    let clock = MonotonicClock()
    let label = "\(network.name) \(pass.rawValue)"
    let choice = choices[pass]
    _ = PeakMemory.reset()
    heap?.start()
    let ranks = team?.ranks
    let seed = ranks?.seed(options.work.seed) ?? options.work.seed
    let (program, planning) = try together(ranks) {
      try timed {
        try Program.planned(
          layers, pass, batch: options.work.batch.batchSize, choice: choice, in: context, seed: seed,
          lossShare: 1 / Float(ranks?.count ?? 1), label: label)
      }
    }

    let verification = try together(ranks) {
      options.results.noVerify ? Results.Verification.skipped : try check.verify(program, label: label)
    }
    var record = Record(
      program, network, backend: choice.requested, seed: options.work.seed,
      protocolName: options.length.protocol.rawValue, plan: options.plan, verification)
    record.plan = choices.plan?.reference
    if ranks?.any(session.interruption.isRequested) ?? session.interruption.isRequested { return record }

    let preparing = try together(ranks) { try program.makeReady(of: network, seed: options.work.seed) }
    if let ranks { program.initializeInput(seed: ranks.seed(options.work.seed)) }
    images?.fill(program, batch: ranks?.rank ?? 0)
    let ranked = try team?.prepare(program)
    record.ranks = ranked?.emptyRecord
    profiler?.label(program, pass)
    record.prepareTime = planning + preparing
    record.peakFlopRate = limits.peak
    record.memoryBandwidth = limits.bandwidth
    unfinished.begin(record)
    defer { unfinished.end() }
    let workload = ProgramWorkload(program, timesLayers: options.results.layers, clock: clock)
    let observers = observers(for: pass, label, workload, clock)
    let samples: Samples
    if let team, let ranked {
      (samples, record.ranks) = try team.takeSteps(ranked, workload, clock, session, observers)
    } else {
      samples = measure(
        workload, plan: options.plan, clock: clock, interruption: session.interruption, observer: observers)
    }
    heap?.dump("\(label): the timed steps are over")
    try session.plugins.checkJournals()
    record.add(samples, workload)
    record.peakResidentBytes = PeakMemory.residentBytes()
    record.hugePageBytes = HugePages.residentBytes()
    return record
  }

  private func observers(
    for pass: Pass, _ label: String, _ workload: ProgramWorkload, _ clock: MonotonicClock
  ) -> Observers {
    let progress = session.console.progress(
      label: label, unit: team?.options.ranks.scaling == true ? "round" : "step", plan: options.plan, clock: clock)
    var observers: [any Observer] = []
    if options.results.format == .text, team?.options.ranks.scaling != true {
      let console = session.console
      observers.append(
        ClassicLines(options.length.protocol, pass: pass, clock: clock) { line in
          progress.clear()
          console.print(line)
        })
    }
    observers += [progress, workload] as [any Observer]
    // A round of several workloads is no step.
    if team?.options.ranks.scaling != true { observers.append(unfinished.samples) }
    if let team { observers.append(team) }
    if let profiler { observers.append(profiler) }
    return Observers(observers)
  }
}

extension CPUProfiler {
  /// Makes the profile tell the operations of `program` from each other, on all threads.
  fileprivate func label(_ program: Program, _ pass: Pass) {
    notes.operations += program.labelOperations(from: notes.operations.count + 1).map { key in
      ProfiledOperation(pass: pass.rawValue, layer: key.layer, phase: key.phase.description)
    }
  }
}

/// Refuses what cannot fit before any of it is allocated; the system would kill the process half-way.
func checkMemory(_ bytes: Int, for subject: String, remedy: String) throws {
  guard let available = AvailableMemory.bytes(), bytes > available else { return }
  throw Failure.failed("\(subject) needs \(bytes >> 20) MiB; \(available >> 20) MiB are available. \(remedy)")
}
