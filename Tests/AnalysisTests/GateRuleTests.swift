import Analysis
import Results
import Statistics
import Testing

/// The rule of the gate is a function of numbers.
@Suite struct GateRuleTests {
  /// Evidence with an interval of +/- `error` around `shift`, both of them logarithms.
  private func evidence(
    _ shift: Double, error: Double = 0.004, slower: Double, noise: Double = 0.002, count: Int = 40
  ) -> GateEvidence {
    let stages: [Int: GateEvidence.Stage] = [20: .firstLook, 40: .complete]
    return evidence(shift, error: error, slower: slower, noise: noise, count: count, stages[count] ?? .stopped)
  }

  private func evidence(
    _ shift: Double, error: Double, slower: Double, noise: Double, count: Int, _ stage: GateEvidence.Stage
  ) -> GateEvidence {
    GateEvidence(
      shift: Shift(estimate: shift, interval: shift - error...shift + error), slower: slower, faster: 1 - slower,
      noiseFloor: noise, count: count, stage: stage)
  }

  private func verdict(_ evidence: GateEvidence, threshold: Double = 0.03) -> GateFinding.Verdict {
    GateRule(benchmarks: 1).judge([(evidence, threshold)])[0].verdict
  }

  @Test func firstRoundsDecideWhatIsClear() {
    let rule = GateRule(benchmarks: 1)
    func early(_ shift: Double, _ slower: Double, noise: Double = 0.002) -> Bool {
      rule.decidesEarly(evidence(shift, slower: slower, noise: noise, count: 20), threshold: 0.03)
    }
    #expect(early(0.01, 0.2) && early(-0.01, 0.8) && early(-0.2, 1))
    #expect(!early(-0.02, 0.9), "perhaps an improvement")
    #expect(!early(0.02, 0.2))
    #expect(early(0.05, 0.0009) && !early(0.05, 0.0011))
    #expect(!early(0.04, 1e-6), "less than 1.5 times the threshold")
    #expect(!early(0.01, 0.2, noise: 0.02), "the noise floor is too high")
  }

  @Test func manyBenchmarksNeedSmallerP() {
    let found = evidence(0.05, slower: 0.0009, count: 20)
    #expect(GateRule(benchmarks: 5).decidesEarly(found, threshold: 0.03))
    #expect(!GateRule(benchmarks: 6).decidesEarly(found, threshold: 0.03))
  }

  @Test func allRoundsDecideTheRest() {
    #expect(verdict(evidence(0.035, slower: 0.004)) == .regression)
    #expect(verdict(evidence(0.035, slower: 0.006)) == .inconclusive)
    #expect(verdict(evidence(0.028, slower: 0.001)) == .inconclusive)
    #expect(verdict(evidence(0.02, slower: 0.001)) == .pass, "slower, but surely by less than the threshold")
    #expect(verdict(evidence(-0.04, slower: 0.999)) == .improvement)
    #expect(verdict(evidence(-0.01, slower: 0.999)) == .pass)
  }

  /// Between the looks and before them, the terms of the stricter look hold.
  @Test func timeThatEndsElsewhereGivesNoEasierTerms() {
    for count in [12, 30] {
      func verdict(_ shift: Double, _ slower: Double, error: Double = 0.004) -> GateFinding.Verdict {
        self.verdict(evidence(shift, error: error, slower: slower, count: count))
      }
      #expect(verdict(0.01, 0.2) == .pass, "its interval ends below the threshold")
      #expect(verdict(0.01, 0.2, error: 0.03) == .inconclusive, "a small estimate alone is for the first look")
      #expect(verdict(0.05, 0.0009) == .regression && verdict(-0.05, 0.9995) == .improvement)
      #expect(verdict(0.05, 0.0011) == .inconclusive && verdict(0.04, 0.0009) == .inconclusive)
    }
    var rule = GateRule(benchmarks: 1)
    func reason() -> String? { rule.judge([(evidence(0.02, error: 0.03, slower: 0.1, count: 30), 0.03)])[0].reason }
    #expect(reason() == "30 calm rounds do not tell whether the threshold is kept: raise --max-time.")
    rule.stopReason = .interrupted
    #expect(reason()?.hasSuffix(": the gate was interrupted.") == true)
  }

  /// The first look happens as soon as there are enough calm rounds.
  @Test func stageIsThatOfTheRounds() {
    let rule = GateRule(benchmarks: 1)
    let rounds = (0..<40).map { round(1, 1, 1.05 + 0.001 * Double($0 % 3)) }
    func stage(_ rounds: some Sequence<GateRound>) -> GateEvidence.Stage { rule.evidence(Array(rounds)).stage }
    #expect(stage(rounds.prefix(19)) == .stopped && stage(rounds.prefix(20)) == .firstLook)
    #expect(stage(rounds.prefix(21)) == .stopped && stage(rounds.prefix(39)) == .stopped)
    #expect(stage(rounds) == .complete)
    let waited = [round(5, 1, 1)] + rounds
    #expect(stage(waited.prefix(20)) == .stopped && stage(waited.prefix(21)) == .firstLook)
  }

  /// 3 % is a logarithm of 0.0296.
  @Test func thresholdIsAFactor() {
    #expect(verdict(evidence(0.0294, slower: 0.001)) == .inconclusive)
    #expect(verdict(evidence(0.0297, slower: 0.001)) == .regression)
  }

  @Test func noThresholdBelowTwiceTheNoise() {
    #expect(verdict(evidence(0, slower: 0.5, noise: 0.0149)) == .inconclusive)
    #expect(verdict(evidence(0, slower: 0.5, noise: 0.0147)) == .pass)
    #expect(verdict(evidence(0.05, slower: 0.001, noise: 0.026)) == .inconclusive)
    #expect(verdict(evidence(0.05, slower: 0.001, noise: 0.024)) == .regression, "beyond twice the noise")
  }

  @Test func holmAdjustsForAllBenchmarks() {
    let rule = GateRule(benchmarks: 3)
    let one = evidence(0.04, slower: 0.002)
    let none = evidence(0, slower: 0.5)
    #expect(rule.judge([(one, 0.03), (none, 0.03), (none, 0.03)])[0].verdict == .inconclusive)
    #expect(rule.judge([(one, 0.03), (none, 0.03), (none, 0.03)])[0].pValue == 0.006)
    #expect(GateRule(benchmarks: 1).judge([(one, 0.03)])[0].verdict == .regression)
  }

  @Test func detectableChangeIsThatOfNinetyPerCent() throws {
    let finding = GateRule(benchmarks: 1).judge([(evidence(0, error: 0.00196, slower: 0.5), 0.03)])[0]
    // The standard error is 0.001. The estimate must exceed 0.02956 with a probability of 90 %, which is 1.2816 errors.
    #expect(abs(try #require(finding.detectable) - 0.03133) < 1e-4)
  }

  @Test func roundsAreLogarithmsOfFastSteps() {
    let round = GateRound(base: [2, 2, 9], control: [2, 2, 2], head: [3, 3, 3])
    #expect(abs(round.difference - 0.405465) < 1e-6 && round.controlDifference == 0)
    let evidence = GateEvidence((0..<20).map { _ in round })
    #expect(abs(evidence.shift.estimate - 0.405465) < 1e-6 && evidence.slower < 1e-5 && evidence.noiseFloor == 0)
  }

  /// A round whose processes take the given seconds per step.
  private func round(_ base: Double, _ control: Double, _ head: Double) -> GateRound {
    GateRound(base: [base], control: [control], head: [head])
  }

  @Test func disturbedRoundsDoNotCount() {
    let calm = (0..<20).map { round(1, 1, 1.05 + 0.001 * Double($0 % 3)) }
    // The disturbed rounds do not count, whichever process is disturbed.
    let disturbed = (0..<30).map { round($0 % 3 == 0 ? 5 : 1, $0 % 3 == 1 ? 5 : 1, $0 % 3 == 2 ? 5 : 1.05) }
    #expect((disturbed + calm).calm(fewest: 20) == calm)
    let evidence = GateRule(benchmarks: 1).evidence(disturbed + calm)
    #expect(evidence.count == 20 && evidence.stage != .complete && abs(evidence.shift.estimate - 0.0497) < 1e-3)
    #expect(Array(disturbed.prefix(10)).calm(fewest: 20).count == 10)
    #expect([GateRound]().calm(fewest: 20).isEmpty)
  }

  @Test func slowerHeadIsCalmToo() {
    let rounds = (0..<20).map { round(1, 1 + 0.001 * Double($0 % 2), 1.5) }
    #expect(rounds.calm(fewest: 10) == rounds)
  }

  @Test func waitsForCalmRoundsWithinReason() {
    let rule = GateRule(benchmarks: 1)
    var sequence = GateSequence(rule, threshold: 0.03)
    var rounds: [GateRound] = []
    // Every third round is calm, and head is 2 % slower, which is neither small nor clear.
    repeat {
      rounds.append(rounds.count % 3 == 0 ? round(1, 1.001, 1.02) : round(1, Double(rounds.count), 3))
    } while sequence.wantsMore(rounds)
    #expect(rounds.count == 118 && rounds.calm(fewest: 20).count == 40)

    var impatient = GateSequence(rule, threshold: 0.03)
    rounds = []
    repeat {
      let slow = Double(1 + rounds.count)
      rounds.append(round(slow, 1.001 * slow, 1.02 * slow))
    } while impatient.wantsMore(rounds)
    #expect(rounds.count == 120)
  }

  /// If two processes of base differ by 4 %, a threshold of 3 % is not trusted, whatever head does.
  @Test func noiseFloorGetsTimeToSettle() {
    let rule = GateRule(benchmarks: 1)
    func rounds(noisy: Int) -> [GateRound] {
      var sequence = GateSequence(rule, threshold: 0.03)
      var rounds: [GateRound] = []
      repeat { rounds.append(round(1, rounds.count < noisy ? 1.04 : 1, 1.045)) } while sequence.wantsMore(rounds)
      return rounds
    }
    func verdict(_ rounds: [GateRound]) -> GateFinding.Verdict {
      rule.judge([(rule.evidence(rounds), 0.03)])[0].verdict
    }
    let (quiet, settled, unsettled) = (rounds(noisy: 5), rounds(noisy: 20), rounds(noisy: 80))
    #expect(quiet.count == 40 && verdict(quiet) == .regression)
    #expect(settled.count == 80 && verdict(settled) == .regression)
    #expect(verdict(Array(settled.prefix(40))) == .inconclusive)
    #expect(unsettled.count == 80 && verdict(unsettled) == .inconclusive)
  }

  @Test func exitCodesHaveAnOrder() {
    func code(_ verdicts: GateFinding.Verdict..., conclusive: Bool = false, improvement: Bool = false) -> Int32 {
      GateExit.code(
        verdicts.map { GateFinding($0) }, requireConclusive: conclusive, failOnImprovement: improvement)
    }
    #expect(code(.pass, .improvement, .inconclusive, .missing) == 0)
    #expect(code(.pass, .regression, .error) == 3 && code(.pass, .regression, .inconclusive, conclusive: true) == 2)
    #expect(code() == 5 && code(.missing) == 5)
    #expect(code(.inconclusive, .missing) == 5, "time was up before anything was compared")
    var compared = GateFinding(.inconclusive)
    compared.change = 0.02
    #expect(GateExit.code([compared, GateFinding(.inconclusive)]) == 0)
    #expect(code(.pass, .inconclusive, conclusive: true) == 7)
    #expect(code(.improvement, improvement: true) == 2)
  }
}
