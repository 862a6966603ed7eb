import Analysis
import RealModule
import Results
import Statistics

/// Simulates gates on a machine with everything that disturbs real ones, so that thousands can be judged.
///
/// The logarithm of a duration is the sum of: `effect` (head only); a drift common to all processes; a bias of each
/// process, drawn anew with each generation; jitter of each leg and of each step. Spikes hit single steps, and bursts
/// of other load slow down whole legs.
package struct GateSimulation: Sendable {
  /// What disturbs the simulated machine. Standard deviations and lengths are logarithms of time.
  package struct Machine: Sendable {
    /// The standard deviation of the drift from one round to the next.
    package var drift = 0.01
    /// The standard deviation of a process's bias, which depends on where its code and data lie.
    package var layout = 0.004
    /// The scale of a leg's jitter, which is Student's t with 3 degrees of freedom.
    package var legJitter = 0.006
    package var stepJitter = 0.01
    /// The chance that a spike hits a step, and the mean length of a spike.
    package var spikes = (chance: 0.05, length: 0.3)
    /// The chances that other load begins and ends between two legs, its largest cost, and the share of legs that it
    /// hits while it lasts.
    package var bursts = (begins: 0.0, ends: 0.3, cost: 0.5, strikes: 1.0)

    package static let quiet = Machine()
    package static let loaded: Machine = {
      var machine = Machine()
      machine.bursts.begins = 0.1
      return machine
    }()
    /// A machine where threads of one process share a core at times, which makes it five times slower for seconds.
    package static let contended: Machine = {
      var machine = Machine(layout: 0.006, legJitter: 0.01)
      machine.bursts = (begins: 0.02, ends: 0.04, cost: 3, strikes: 0.5)
      return machine
    }()
  }

  package var machine: Machine
  package var rule: GateRule
  /// The threshold of every benchmark: 0.03 is 3 %.
  package var threshold: Double
  /// How much slower head is: 0.05 is 5 %.
  package var effect: Double
  private static let stepsOfALeg = 4
  private static let roundsOfAGeneration = 4

  package init(_ machine: Machine, benchmarks: Int, threshold: Double, effect: Double) {
    self.machine = machine
    rule = GateRule(benchmarks: benchmarks)
    self.threshold = threshold
    self.effect = effect
  }

  /// The verdicts of one whole gate.
  package func gate(_ random: inout SplitMix64) -> [GateFinding.Verdict] {
    let evidence = (0..<rule.benchmarks).map { _ in (evidence: benchmark(&random), threshold: threshold) }
    return rule.judge(evidence).map(\.verdict)
  }

  private func benchmark(_ random: inout SplitMix64) -> GateEvidence {
    var process = Process(machine: machine)
    var rounds: [GateRound] = []
    var sequence = GateSequence(rule, threshold: threshold)
    repeat {
      rounds.append(process.round(rounds.count, effect: Double.log(onePlus: effect), &random))
    } while sequence.wantsMore(rounds)
    return rule.evidence(rounds)
  }

  /// The state that lasts from leg to leg.
  private struct Process {
    let machine: Machine
    var drift = 0.0
    var biases = [0.0, 0.0, 0.0]
    var burst = 0.0

    mutating func round(_ number: Int, effect: Double, _ random: inout SplitMix64) -> GateRound {
      if number.isMultiple(of: roundsOfAGeneration) {
        biases = biases.map { _ in machine.layout * random.normal() }
      }
      drift += machine.drift * random.normal()
      let order = (0..<3).map { ($0 + number) % 3 }
      var durations: [[Double]] = [[], [], []]
      for role in order + order.reversed() {
        if burst > 0 ? random.uniform() < machine.bursts.ends : random.uniform() < machine.bursts.begins {
          burst = burst > 0 ? 0 : machine.bursts.cost * random.uniform()
        }
        let student = random.normal() / ((0..<3).reduce(0) { sum, _ in sum + random.square() } / 3).squareRoot()
        let isHit = random.uniform() < machine.bursts.strikes
        let leg = drift + biases[role] + (isHit ? burst : 0) + machine.legJitter * student + (role == 1 ? effect : 0)
        for _ in 0..<stepsOfALeg {
          let isSpike = random.uniform() < machine.spikes.chance
          let spike = isSpike ? -machine.spikes.length * Double.log(1 - random.uniform()) : 0
          durations[role].append(Double.exp(leg + abs(machine.stepJitter * random.normal()) + spike))
        }
      }
      return GateRound(base: durations[0], control: durations[2], head: durations[1])
    }
  }
}

extension SplitMix64 {
  fileprivate mutating func square() -> Double {
    let value = normal()
    return value * value
  }
}
