import Analysis
import ArgumentParser
import Results
import Statistics

/// `bench gate-simulation`: how often the gate's rule is wrong on a made-up machine. Hidden: `scripts/gate-simulation`
/// runs it.
struct GateSimulationCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate-simulation", abstract: "Judge simulated gates and count the verdicts.", shouldDisplay: false)

  @Option(help: "Whole gates for each row.") var gates = 10000
  @Option(help: "Benchmarks of a gate.") var benchmarks = 10
  @Option(help: "Threshold in per cent.") var threshold = 3.0
  @Option(name: .customLong("effect"), help: "How much slower head is, in per cent; may be given more than once.")
  var effects: [Double] = [0]
  @Option(help: "Seed.") var seed: UInt64 = 1
  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    guard gates > 0, benchmarks > 0, threshold > 0, effects.allSatisfy({ $0 > -100 }) else {
      throw Failure.usage("Gates, benchmarks and threshold must be above 0, effects above -100.")
    }
    let renderer = try format.renderer()
    var rows: [[Table.Cell]] = []
    for (name, machine) in [
      ("quiet", GateSimulation.Machine.quiet), ("bursts of load", .loaded), ("contended cores", .contended),
    ] {
      for effect in effects {
        rows.append(row(name, machine, effect / 100))
        console.note("\(name), \(effect) %")
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
      ], rows: rows, notes: ["Parts of all verdicts, and of all gates, with 95 % intervals (Clopper & Pearson)."])
    console.print(table, with: renderer)
    return 0
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
    func part(_ verdict: GateFinding.Verdict) -> Double { Double(counts[verdict] ?? 0) / Double(total) }
    let (each, whole) = (
      binomialInterval(counts[.regression] ?? 0, of: total), binomialInterval(alarming, of: gates)
    )
    return [
      .text(name), .number(effect), .number(threshold / 100), .number(part(.regression)), .number(each.lowerBound),
      .number(each.upperBound), .number(part(.inconclusive)), .number(part(.improvement)),
      .number(Double(alarming) / Double(gates)), .number(whole.lowerBound), .number(whole.upperBound),
    ]
  }
}
