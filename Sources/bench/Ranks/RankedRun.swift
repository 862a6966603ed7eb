import Communication
import Convolution
import Measurement
import Networks
import Results

/// What a pass on several ranks does beside the pass of one process.
final class RankedRun: Observer {
  let ranks: Ranks
  let options: RunOptions
  private let seats: [Seat]
  private let clock = MonotonicClock()
  private var average: GradientAverage?
  private var keep: (() -> Void)?
  private var kept: UInt64 = 0

  /// What was measured is written as often as this, because a launcher kills the other ranks of one that dies.
  private static let keepInterval = 1.0

  /// Checks that all ranks do the same work, on cores of their own.
  ///
  /// - Throws: `SharedError`
  init(_ ranks: Ranks, _ options: RunOptions, _ layers: [Layer], in context: ExecutionContext) throws {
    (self.ranks, self.options) = (ranks, options)
    ranks.timeLimit = options.ranks.rankTimeout ?? ranks.timeLimit
    seats = try ranks.seats(context, options.compute.machine, sharesCores: options.ranks.shareCores)
    try ranks.checkSame(context.kernels.name) { rank, its, first in
      "Rank \(rank) has the instruction set \(its), rank 0 \(first); give all of them one by --isa."
    }
    var digest = Digest()
    var text = "\(layers)"
    text.withUTF8 { digest.add(UnsafeRawBufferPointer($0)) }
    try ranks.checkSame(digest.text) { rank, _, _ in
      "Rank \(rank) has another model than rank 0, by the same name; give all hosts the same file."
    }
  }

  /// Writes the steps so far of `run` now and then, and when this rank ends all of them.
  func keepsResult(of run: PassRun, _ recording: Recording<ResultFile>) {
    let keep = { recording.keep(run.unfinished.records) }
    self.keep = keep
    ranks.lastWords = keep
  }

  /// Takes the part of another rank than 0, which prints and writes nothing.
  /// - Returns: the exit code
  func follow(_ run: PassRun) throws -> Int32 {
    _ = try run.run(.train)
    return run.session.end()
  }

  func prepare(_ program: Program) throws -> RankedProgram {
    let ranked = try RankedProgram(program, among: ranks, seats: seats, options.ranks)
    average = ranked.average
    return ranked
  }

  /// Measures like one process, in steps that all ranks take together, and collects what each of them has measured.
  func takeSteps(
    _ ranked: RankedProgram, _ workload: ProgramWorkload, _ clock: MonotonicClock, _ session: Session,
    _ observers: Observers
  ) throws -> (Samples, RanksRecord) {
    let mine: RankedSamples
    let samples: Samples
    if options.ranks.scaling {
      let all = measureInTurns(
        ScalingWorkload.Kind.allCases.map { ScalingWorkload(ranked, $0) }, plan: options.plan, warmLimit: 0,
        clock: clock, interruption: session.interruption, agreement: ranks.agreement, observer: observers)
      samples = all[2]
      mine = RankedSamples(
        together: samples.durations, alone: ranks.isRoot ? all[0].durations : nil, separate: all[1].durations)
    } else {
      samples = measure(
        workload, plan: options.plan, clock: clock, interruption: session.interruption, agreement: ranks.agreement,
        observer: observers)
      mine = RankedSamples(together: samples.durations)
    }
    let record = ranked.record(mine)
    let gradients = ranked.program.finalGradients.flatMap(\.self)
    if !options.ranks.scaling {
      try ranked.checkEquality(of: "averaged gradients", gradients)
      // Ranks whose steps were not averaged have gone different ways; moving statistics are each rank's own.
      try ranked.checkEquality(
        of: "parameters", ranked.program.parameters.filter(\.parameter.isTrainable).map(\.tensor))
    } else if samples.stoppedEarly != .interrupted {
      // The last step of every other round averages nothing.
      ranked.follow()
      ranked.program.run()
      try ranked.checkEquality(of: "averaged gradients", gradients)
    }
    return (samples, record)
  }

  func timingBegins() { average?.forget() }

  func finished(step: Int, duration: Double) {
    guard let keep, clock.seconds(since: kept) > Self.keepInterval else { return }
    keep()
    kept = clock.nanoseconds
  }
}

/// Runs `body`; among ranks it fails on all of them where it fails on one.
func together<Value>(_ ranks: Ranks?, _ body: () throws -> Value) throws -> Value {
  guard let ranks else { return try body() }
  return try ranks.together(body)
}
