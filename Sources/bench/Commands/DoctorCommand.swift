import Analysis
import ArgumentParser
import Convolution
import Foundation
import Measurement
import Results
import Statistics

/// `bench doctor`: finds what disturbs measurements on this machine and how small a difference it can tell.
struct DoctorCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Find what disturbs measurements on this machine, and measure its noise floor.",
    discussion: """
      bench doctor
      bench doctor --strict && bench vgg16

      Exit codes: 0; with --strict 4 where something is bad.
      """)

  @Flag(help: "Exit with code 4 where something is bad.")
  var strict = false

  @OptionGroup var machine: MachineOptions

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    let context = try machine.context()
    let interruption = Interruption.install()
    console.note("Watching the machine for a second, then measuring its noise for up to ten.")
    let before = SystemSample.capture()
    Thread.sleep(forTimeInterval: 1)
    let doctor = Doctor(
      activity: SystemSample.capture().since(before), environment: ProcessInfo.processInfo.environment,
      blasCore: OpenBLAS.core)
    let findings =
      doctor.findings + [
        Self.finding(counters: ThreadCounters.open().map(\.events)),
        Self.finding(gap: HarnessGap.measured()),
        Self.finding(try NoiseTest(context: context, interruption: interruption).run()),
      ]
    console.print(Self.table(findings), with: renderer)
    if interruption.isRequested {
      console.note("The noise test was interrupted.")
      return ExitStatus.failure
    }
    return strict && findings.contains { $0.state == .bad } ? ExitStatus.unfit : 0
  }

  /// - Parameter counters: the events that can be counted
  static func finding(counters: Result<[CounterEvent], CountersUnavailable>) -> Finding {
    switch counters {
    case .success(let events):
      let missing = CounterEvent.hardware.joined().filter { !events.contains($0) }.map(\.words)
      return Finding(
        "hardware counters", .good, missing.isEmpty ? "all" : "all but \(missing.joined(separator: ", "))")
    case .failure(let reason): return Finding("hardware counters", .note, "none", reason.description)
    }
  }

  /// The largest good gap in seconds, a tenth of a per cent of the shortest step of a network.
  private static let largestGap = 2e-6

  static func finding(gap: Double) -> Finding {
    let (short, long) = (DisplayUnit.time(for: gap), DisplayUnit.time(for: 1000 * gap))
    return Finding(
      "time between steps", gap < largestGap ? .good : .bad, "\(short.format(gap, decimals: 2)) \(short.symbol)",
      "What `bench run` does from one step to the next: 0.1 % of steps of "
        + "\(long.format(1000 * gap, decimals: 2)) \(long.symbol).")
  }

  /// Half of the smallest change that `bench gate` looks for by default.
  private static let largestFloor = 0.015

  static func finding(_ floor: NoiseFloor?) -> Finding {
    guard let floor else {
      return Finding("noise floor", .unknown, "unknown", "There was no time for enough rounds; try again.")
    }
    func perCent(_ value: Double) -> String { DisplayUnit.perCent.format(value, decimals: 2) }
    return Finding(
      "noise floor", floor.smallestDifference < largestFloor ? .good : .bad, "\(perCent(floor.smallestDifference)) %",
      "Smaller differences of a short kernel cannot be told from none in \(floor.rounds) paired rounds; one round "
        + "scatters by \(perCent(floor.spread)) %.")
  }

  private static func outcome(_ finding: Finding) -> Table.Outcome {
    let sentence = [finding.found, finding.advice].compactMap(\.self).joined(separator: ": ")
    return switch finding.state {
    case .good, .note: .passed
    case .bad: .failed(sentence)
    case .unknown: .skipped(sentence)
    }
  }

  static func table(_ findings: [Finding]) -> Table {
    let counts = Dictionary(grouping: findings, by: \.state).mapValues(\.count)
    let summary = Finding.State.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
    return Table(
      "What disturbs measurements here", columns: [.init("what"), .init("state"), .init("found"), .init("what to do")],
      rows: findings.map { finding in
        [
          .text(finding.subject), .text(finding.state.rawValue), .text(finding.found),
          finding.advice.map { .text($0) } ?? .text(""),
        ]
      }, notes: ["\(summary.joined(separator: ", ")). `unknown`: this machine does not say."],
      outcomes: findings.map(outcome))
  }
}
