import Convolution
import Measurement
import Networks
import Results
import Terms
import Threads

/// Measures one pass of a network with several numbers of threads and batch sizes, in turns.
struct ScaleRun {
  let options: ScaleOptions
  let network: Network
  let layers: [Layer]
  let choice: BackendChoice
  /// One for each number of threads.
  let contexts: [ExecutionContext]
  let session: Session

  private struct Combination {
    let program: Program
    let limits: MachineLimits
    let boundTimes: [ProfileBounds.Kind: Double]?
    var prepareTime: Double
    var verification = Results.Verification.skipped
    var peakResidentBytes: Int?
  }

  /// - Returns: a record for each combination; none where the user interrupted before the first round
  func run(_ pass: Pass) throws -> [Record] {
    let label = "\(network.name) \(pass.rawValue)"
    var combinations: [Combination] = try contexts.flatMap { context in
      let limits = try session.limits(context)
      let bounds = session.knownBounds(context).map { ProfileBounds($0, CacheSizes.current) }
      return try options.batchSizes.map { batch in
        let (program, planning) = try timed { try planned(pass, batch, context) }
        return Combination(
          program: program, limits: limits, boundTimes: bounds.map { $0.times(ProfileRows(program)) },
          prepareTime: planning)
      }
    }
    try checkMemory(
      combinations.reduce(0) { $0 + $1.program.memory.totalBytes },
      for: "\(label) in \(combinations.count) combinations at once",
      remedy: "Use smaller --batch-size or fewer of them.")
    for index in combinations.indices {
      let program = combinations[index].program
      let check = KernelCheck(in: program.context, seed: 1, session)
      combinations[index].verification = try check.verify(
        program, label: "\(label), \(program.context.pool.count) threads, batch \(program.batch)")
      if session.interruption.isRequested { return [] }
    }
    try prepare(&combinations)

    let clock = MonotonicClock()
    let workloads = combinations.map { ParkedWorkload($0.program) }
    let progress = session.console.progress(label: label, unit: "round", plan: options.plan, clock: clock)
    let samples = measureInTurns(
      workloads, plan: options.plan, clock: clock, interruption: session.interruption, observer: progress)
    guard !samples[0].durations.isEmpty else { return [] }
    return zip(combinations, samples).map(record)
  }

  private func planned(_ pass: Pass, _ batch: Int, _ context: ExecutionContext) throws -> Program {
    do { return try Program(layers, pass: pass, batch: batch, choice: choice, in: context, seed: 1) } catch {
      throw Failure.usage("\(error)")
    }
  }

  /// Makes the programs ready one after the other, and takes a step of each: what the process's peak grows by is the
  /// memory of that program.
  private func prepare(_ combinations: inout [Combination]) throws {
    // Without a reset the peak is that of the check of the kernels, and no memory of a program.
    let alone = PeakMemory.reset() ? PeakMemory.residentBytes() : nil
    for index in combinations.indices {
      PeakMemory.reset()
      let before = PeakMemory.residentBytes()
      combinations[index].prepareTime += try combinations[index].program.makeReady(of: network, seed: 1)
      combinations[index].program.run()
      combinations[index].program.context.pool.park()
      combinations[index].peakResidentBytes = alone.map { $0 + PeakMemory.residentBytes() - before }
    }
  }

  private func record(_ combination: Combination, _ samples: Samples) -> Record {
    var record = Record(
      combination.program, network, backend: choice.requested, seed: 1, protocolName: Record.inTurns,
      plan: options.plan, combination.verification)
    record.burnInDurations = samples.burnIn
    record.durations = samples.durations
    record.stoppedEarly = samples.stoppedEarly
    record.prepareTime = combination.prepareTime
    record.peakResidentBytes = combination.peakResidentBytes
    record.peakFlopRate = combination.limits.peak
    record.boundTimes = combination.boundTimes
    return record
  }
}

/// A program whose workers sleep while others are measured, rather than spin for a while beside them.
private final class ParkedWorkload: Workload {
  private let program: Program
  init(_ program: Program) { self.program = program }

  func step() { program.run() }
  func stepEnded() { program.context.pool.park() }
}

extension ProfileBounds {
  /// The least time of a step's layers, by what it comes from.
  func times(_ rows: ProfileRows) -> [Kind: Double] {
    rows.rows.reduce(into: [:]) { times, row in
      guard let bound = bound(flop: row.executedFLOP, bytes: row.compulsoryBytes) else { return }
      times[bound.kind, default: 0] += bound.time
    }
  }
}
