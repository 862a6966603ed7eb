import Analysis
import Gate
import Measurement
import Results

/// Tests whether the gate can be trusted on this machine: it compares a program with itself, then with a slowed-down
/// copy.
struct GateSelfTest {
  let options: GateOptions
  let program: String
  let session: Session
  private var console: Console { session.console }

  /// Each half leaves its files in a folder of its own. The second half must find a regression, so GitHub is not told
  /// of it.
  private static let halves = [
    (folder: "same", base: "itself", isSlowed: false, expected: GateFinding.Verdict.pass),
    (folder: "slowed", base: "itself, head slowed down by 1.5 thresholds", isSlowed: true, expected: .regression),
  ]

  /// - Returns: 0 where the first half finds no regression and the second half finds one in every benchmark; 3 where a
  ///   benchmark is broken; else 1.
  func run(_ file: GateFile) throws -> Int32 {
    let reports = Self.halves.map { GateReport(directory: "\(options.output)/\($0.folder)", console: console) }
    for report in reports { try report.prepare() }
    var surprises: [GateFinding] = []
    for (half, report) in zip(Self.halves, reports) where !session.interruption.isRequested {
      var part = file
      part.base = half.base
      console.note("Self-test against \(half.base)")
      let programs = GatePrograms(
        base: program, head: program, timeout: options.workerTimeout, injectsSlowdown: half.isSlowed)
      try pairedMeasurement(&part, programs, maxTime: options.maxTime / 2, report: report, session)
      _ = try report.finish(&part, options: options, interrupted: session.interruption.isRequested)
      for benchmark in part.benchmarks {
        guard let finding = benchmark.finding, finding.verdict != half.expected else { continue }
        surprises.append(finding)
        console.note(
          "Error: \(benchmark.specification) against \(half.base): \(finding.verdict.rawValue) instead of "
            + "\(half.expected.rawValue).")
      }
    }
    let (sentence, status) = conclusion(surprises)
    console.print(sentence)
    return status
  }

  private func conclusion(_ surprises: [GateFinding]) -> (sentence: String, status: Int32) {
    if session.interruption.isRequested { return ("The self-test was interrupted.", ExitStatus.failure) }
    if surprises.isEmpty { return ("The self-test passed.", 0) }
    if surprises.contains(where: { $0.verdict == .error }) {
      return ("The self-test failed: a benchmark crashed or computes something wrong.", GateExit.error)
    }
    return surprises.contains(where: \.isCompared)
      ? ("The self-test failed: this machine is too noisy for this gate.", ExitStatus.failure)
      : ("The self-test failed: there was too little time; raise --max-time.", ExitStatus.failure)
  }
}
