import Analysis
import Measurement
import Results

/// Measures every benchmark of a gate, base against head. It keeps the rounds that it has when something fails.
package struct PairedGate {
  private var programs: GatePrograms
  private let rule: GateRule
  private let interruption: Interruption
  private let clock = MonotonicClock()
  /// The seconds for all benchmarks together.
  private let maxTime: Double
  /// Prints a line before each benchmark is measured.
  private let note: (String) -> Void

  package init(
    _ programs: GatePrograms, rule: GateRule, maxTime: Double, interruption: Interruption,
    grace: Double = Watchdog.usualGrace, note: @escaping (String) -> Void
  ) {
    self.programs = programs
    (self.programs.patience.interruption, self.programs.patience.grace) = (interruption, grace)
    self.rule = rule
    self.maxTime = maxTime
    self.interruption = interruption
    self.note = note
  }

  /// Checks that both programs are workers that this gate understands.
  package func checkPrograms() throws(WorkerError) {
    for role in [GatePrograms.Role.base, .head] { _ = try programs.start(role, padding: 0) }
  }

  /// Fills in the rounds, and a finding only where a benchmark could not be measured; the rule makes the others.
  /// - Parameter keep: is given all benchmarks after each of them
  package func measure(_ benchmarks: inout [GateBenchmark], keep: ([GateBenchmark]) -> Void) {
    let start = clock.nanoseconds
    for index in benchmarks.indices {
      let left = maxTime - clock.seconds(since: start)
      if left <= 0 || interruption.isRequested { return }
      note("\(index + 1)/\(benchmarks.count)  \(benchmarks[index].specification)")
      // Time that a benchmark does not need goes to those after it.
      measure(&benchmarks[index], seconds: left / Double(benchmarks.count - index))
      keep(benchmarks)
    }
  }

  private func measure(_ benchmark: inout GateBenchmark, seconds: Double) {
    let start = clock.nanoseconds
    var programs = programs
    programs.patience.end = Int64(start) + Int64(min(seconds, 1e6) * 1e9)
    if programs.injectsSlowdown { programs.slowdown = 1 + 1.5 * benchmark.threshold }
    let contest = Contest(benchmark.specification, programs)
    var sequence = GateSequence(rule, threshold: benchmark.threshold)
    repeat {
      do { try contest.measureRound() } catch {
        benchmark.finding =
          switch error {
          case .missing(let reason): GateFinding(.missing, reason: "Base does not have it: \(reason)")
          case .broken where interruption.isRequested: GateFinding(.inconclusive, reason: "The gate was interrupted.")
          case .broken where clock.seconds(since: start) > seconds + programs.patience.grace:
            GateFinding(.inconclusive, reason: "A worker gave no answer before the time was over; raise --max-time.")
          case .broken(let reason): GateFinding(.error, reason: reason)
          }
        break
      }
      if interruption.isRequested || clock.seconds(since: start) > seconds { break }
    } while sequence.wantsMore(contest.rounds)
    benchmark.rounds = contest.rounds
    benchmark.planChange = contest.planChange
    if benchmark.finding == nil, contest.rounds.count < rule.firstRounds {
      benchmark.finding = GateFinding(
        .inconclusive,
        reason: "Only \(contest.rounds.count) of \(rule.firstRounds) rounds were measured: "
          + (interruption.isRequested ? StopReason.interrupted : .maxTime).sentenceEnd)
    }
  }
}
