import GateSimulation
import Results
import Statistics
import Testing

/// Judges a few simulated gates with every test run; `scripts/gate-simulation` judges ten thousand.
@Suite struct GateSimulationTests {
  private func verdicts(
    _ machine: GateSimulation.Machine, effect: Double, threshold: Double = 0.03, gates: Int
  ) -> [GateFinding.Verdict] {
    let simulation = GateSimulation(machine, benchmarks: 10, threshold: threshold, effect: effect)
    var random = SplitMix64(seed: 3)
    return (0..<gates).flatMap { _ in simulation.gate(&random) }
  }

  private static let machines: [GateSimulation.Machine] = [.quiet, .loaded, .contended]

  @Test(arguments: machines.indices)
  func sameProgramDoesNotAlarm(_ index: Int) {
    let verdicts = verdicts(Self.machines[index], effect: 0, gates: 60)
    #expect(verdicts.count == 600)
    #expect(verdicts.count { $0 == .regression } == 0 && verdicts.count { $0 == .improvement } == 0)
    #expect(verdicts.count { $0 == .inconclusive } <= 30)
  }

  @Test(arguments: machines.indices)
  func slowerProgramIsFound(_ index: Int) {
    let machine = Self.machines[index]
    #expect(verdicts(machine, effect: 0.05, gates: 20).count { $0 == .regression } >= 198)
    #expect(verdicts(machine, effect: 0.03, threshold: 0.02, gates: 20).count { $0 == .regression } >= 180)
  }

  @Test func fasterProgramIsAnImprovement() {
    let verdicts = verdicts(.quiet, effect: -0.05, gates: 10)
    #expect(verdicts.count { $0 == .improvement } >= 99 && !verdicts.contains(.regression))
  }

  @Test func sameSeedGivesTheSameGates() {
    #expect(verdicts(.loaded, effect: 0.02, gates: 2) == verdicts(.loaded, effect: 0.02, gates: 2))
  }
}
