import Analysis
import Gate
import Measurement
import Results

/// Whether the gate can be trusted on this machine: the same program on both sides, then with a slower head.
struct GateSelfTest {
  let options: GateOptions
  let program: String
  let report: GateReport
  let interruption: Interruption
  let console: Console

  init(
    options: GateOptions, program: String, report: GateReport, interruption: Interruption, _ console: Console
  ) {
    self.options = options
    self.program = program
    self.report = report
    self.interruption = interruption
    self.console = console
  }

  /// - Returns: 0 where nothing alarms and then everything does, else 1.
  func run(_ file: GateFile) throws -> Int32 {
    let threshold = file.benchmarks.map(\.threshold).max() ?? 0
    let slowdown = 1 + 1.5 * threshold
    var failures: [String] = []
    for (name, factor, expected) in [
      ("itself", 1.0, GateFinding.Verdict.pass), ("itself, head slowed down \(slowdown) times", slowdown, .regression),
    ] where !interruption.isRequested {
      var part = file
      part.base = name
      console.note("Self-test against \(name)")
      try pairedMeasurement(
        &part, GatePrograms(base: program, head: program, timeout: options.workerTimeout, slowdown: factor),
        maxTime: options.maxTime / 2, report: report, interruption: interruption, console: console)
      _ = try report.finish(&part, options: options, interrupted: interruption.isRequested)
      for benchmark in part.benchmarks where benchmark.finding?.verdict != expected {
        failures.append(
          "\(benchmark.specification) against \(name): \(benchmark.finding?.verdict.rawValue ?? "nothing") instead of "
            + "\(expected.rawValue).")
      }
    }
    for failure in failures { console.note("Error: \(failure)") }
    let passed = failures.isEmpty && !interruption.isRequested
    console.print(passed ? "The self-test passed." : "The self-test failed: this machine is too noisy for this gate.")
    return passed ? 0 : ExitStatus.failure
  }
}
