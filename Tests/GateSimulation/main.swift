import Analysis
import ArgumentParser
import Foundation
import Results
import Statistics

GateSimulationCommand.main()

/// Counts how often the gate's rule is wrong on a simulated machine; `scripts/gate-simulation` runs it.
struct GateSimulationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate-simulation", abstract: "Judge simulated gates and print the counts of verdicts as Markdown.")

  @Option(help: "Whole gates for each row.") var gates = 10000
  @Option(help: "Benchmarks of a gate.") var benchmarks = 10
  @Option(help: "Threshold in per cent.") var threshold = 3.0
  @Option(name: .customLong("effect"), help: "How much slower head is, in per cent; may be given more than once.")
  var effects: [Double] = [0]
  @Option(help: "Seed.") var seed: UInt64 = 1

  func validate() throws {
    guard gates > 0, benchmarks > 0, threshold > 0, effects.allSatisfy({ $0 > -100 }) else {
      throw ValidationError("--gates, --benchmarks and --threshold must be above 0, every --effect above -100.")
    }
  }

  func run() {
    var rows: [[Table.Cell]] = []
    for (name, machine) in [
      ("quiet", GateSimulation.Machine.quiet), ("bursts of load", .loaded), ("contended cores", .contended),
    ] {
      for effect in effects {
        rows.append(row(name, machine, effect / 100))
        FileHandle.standardError.write(Data("\(name), \(effect) %\n".utf8))
      }
    }
    let table = Table(
      "\(gates) simulated gates of \(benchmarks) benchmarks, seed \(seed)",
      columns: [
        .init("machine"), .init("head slower by", .perCent, decimals: 1), .init("threshold", .perCent, decimals: 1),
        .init("regressions", .perCent, decimals: 3), .init("from", .perCent, decimals: 3),
        .init("to", .perCent, decimals: 3), .init("inconclusive", .perCent, decimals: 2),
        .init("improvements", .perCent, decimals: 3), .init("gates with a regression", .perCent, decimals: 3),
        .init("from", .perCent, decimals: 3), .init("to", .perCent, decimals: 3),
      ], rows: rows, notes: ["Shares of all verdicts, and of all gates, with 95 % intervals (Clopper & Pearson)."])
    print(MarkdownRenderer().render(table), terminator: "")
  }

  private func row(_ name: String, _ machine: GateSimulation.Machine, _ effect: Double) -> [Table.Cell] {
    let simulation = GateSimulation(
      machine, benchmarks: benchmarks, threshold: threshold / 100, effect: effect)
    var random = SplitMix64(seed: seed)
    var counts: [GateFinding.Verdict: Int] = [:]
    var alarming = 0
    for _ in 0..<gates {
      let verdicts = simulation.gate(&random)
      for verdict in verdicts { counts[verdict, default: 0] += 1 }
      alarming += verdicts.contains(.regression) ? 1 : 0
    }
    let total = gates * benchmarks
    func share(_ verdict: GateFinding.Verdict) -> Double { Double(counts[verdict] ?? 0) / Double(total) }
    let (each, whole) = (
      binomialInterval(counts[.regression] ?? 0, of: total), binomialInterval(alarming, of: gates)
    )
    return [
      .text(name), .number(effect), .number(threshold / 100), .number(share(.regression)), .number(each.lowerBound),
      .number(each.upperBound), .number(share(.inconclusive)), .number(share(.improvement)),
      .number(Double(alarming) / Double(gates)), .number(whole.lowerBound), .number(whole.upperBound),
    ]
  }
}
