import Measurement
import Results
import Statistics

/// Measures whole runs of head, each in a new process, to be compared with stored runs of another day.
///
/// Nothing is known about other load on that day: use this for trends and `PairedGate` for verdicts.
package struct StoredGate {
  private var program: GatePrograms
  private let interruption: Interruption
  private let clock = MonotonicClock()
  private let maxTime: Double
  private let note: (String) -> Void

  /// The length of a run, which is enough for a steady median.
  private static let run = (burnInTime: 0.3, time: 1.0, fewestSteps: 10)

  /// - Parameter program: its head is measured
  package init(
    _ program: GatePrograms, maxTime: Double, interruption: Interruption,
    grace: Double = Watchdog.usualGrace, note: @escaping (String) -> Void
  ) {
    self.program = program
    (self.program.patience.interruption, self.program.patience.grace) = (interruption, grace)
    self.maxTime = maxTime
    self.interruption = interruption
    self.note = note
  }

  /// Checks that head is a worker that this gate understands.
  package func checkProgram() throws(WorkerError) { _ = try program.start(.head, padding: 0) }

  /// Adds the median steps of `runs` runs to each benchmark. The benchmarks alternate, so that a disturbance of some
  /// minutes affects all of them.
  package func measure(_ benchmarks: inout [GateBenchmark], runs: Int) {
    let start = clock.nanoseconds
    var limited = self
    limited.program.patience.end = Int64(start) + Int64(min(maxTime, 1e6) * 1e9)
    for run in 0..<runs {
      for index in benchmarks.indices where benchmarks[index].finding == nil {
        if interruption.isRequested || clock.seconds(since: start) > maxTime { return }
        note("run \(run + 1)/\(runs)  \(benchmarks[index].specification)")
        do throws(WorkerError) {
          benchmarks[index].headRuns.append(try limited.medianStep(benchmarks[index].specification, verify: run == 0))
        } catch {
          if !interruption.isRequested, clock.seconds(since: start) < maxTime {
            benchmarks[index].finding = GateFinding(.error, reason: error.description)
          }
        }
      }
    }
  }

  private func medianStep(_ specification: BenchmarkSpecification, verify: Bool) throws(WorkerError) -> Double {
    let worker = try program.start(.head, padding: Int.random(in: 0..<4096))
    try worker.ask(.prepare(specification: specification, verify: verify, outputs: false))
    switch try worker.answer() {
    case .ready: break
    case .unavailable(let reason): throw .failed(path: worker.path, reason: reason)
    case let reply: throw .invalidReply(path: worker.path, line: String("\(reply)".prefix(80)))
    }
    let (first, second) = (try worker.steps(1, discard: 0)[0], try worker.steps(1, discard: 0)[0])
    let step = min(first, second)
    let (burnIn, count) = (Int(Self.run.burnInTime / step), max(Int(Self.run.time / step), Self.run.fewestSteps))
    if step < Self.run.time { return median(try worker.steps(count, discard: burnIn)) }
    // Long steps are requested one by one, because the time limit of an answer must hold for a step and not for all.
    return median(try (0..<count).map { _ throws(WorkerError) in try worker.steps(1, discard: 0)[0] })
  }
}
