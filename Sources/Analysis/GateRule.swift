import RealModule
import Results
import Statistics

/// The rule by which a gate alarms, passes, or calls a benchmark inconclusive. It is a function of numbers.
///
/// After `firstRounds`, a change below half the threshold passes. A change above 1.5 times the threshold with a clear
/// p-value is a regression or, to the other side, an improvement. Otherwise `lastRounds` in all are judged: a change
/// above the threshold with p < alpha (Holm's, over all benchmarks of the gate) is a regression; an interval that ends
/// below the threshold passes; the rest is inconclusive.
///
/// A threshold below twice the noise floor F, the difference between two processes of base, is not trusted. Such a
/// benchmark gets twice `lastRounds`, so that F can settle. If F stays too high, the benchmark cannot pass, and only a
/// change beyond 2 F is a regression.
///
/// The same terms hold for a benchmark whose time is over between these two looks: it passes by its interval alone, and
/// is a regression only with the p-value of the first look.
///
/// Only calm rounds count (see `calm`); disturbed ones are kept in the file. While there are too few calm rounds, up to
/// `patience` times as many are measured; then the calmest are judged.
package struct GateRule: Sendable {
  package var firstRounds = 20
  package var lastRounds = 40
  package var patience = 3
  package var alpha = 0.005
  /// The level of a verdict after the first rounds.
  package var firstAlpha = 0.001
  /// The number of benchmarks that the gate judges together.
  package var benchmarks: Int
  /// The reason why some benchmarks have fewer than all rounds.
  package var stopReason: StopReason

  package init(benchmarks: Int, stopReason: StopReason = .maxTime) {
    self.benchmarks = max(benchmarks, 1)
    self.stopReason = stopReason
  }

  package func evidence(_ rounds: [GateRound]) -> GateEvidence {
    GateEvidence(judged(rounds), stage: stage(rounds))
  }

  /// The rounds that count.
  func judged(_ rounds: [GateRound]) -> [GateRound] { rounds.calm(fewest: firstRounds) }

  private func stage(_ rounds: [GateRound]) -> GateEvidence.Stage {
    if isComplete(rounds) { return .complete }
    guard hasEnough(rounds, calm: firstRounds) else { return .stopped }
    // The first look happens as soon as there are enough rounds.
    let isLater = (firstRounds..<rounds.count).contains { hasEnough(Array(rounds.prefix($0)), calm: firstRounds) }
    return isLater ? .stopped : .firstLook
  }

  private func isComplete(_ rounds: [GateRound]) -> Bool { hasEnough(rounds, calm: lastRounds) }

  /// Whether there are `calm` calm rounds, or so many rounds that waiting for calm ones is given up.
  func hasEnough(_ rounds: [GateRound], calm: Int) -> Bool {
    rounds.count >= calm && (rounds.count >= patience * calm || rounds.calm(fewest: 0).count >= calm)
  }

  /// Whether the first rounds decide. If not, the others are measured too.
  package func decidesEarly(_ evidence: GateEvidence, threshold: Double) -> Bool {
    let bound = Self.bound(evidence, threshold)
    let estimate = evidence.shift.estimate
    if estimate > 1.5 * bound.value { return evidence.slower < firstLevel }
    if estimate < -1.5 * bound.value { return evidence.faster < firstLevel }
    return bound.isTrusted && abs(estimate) < bound.value / 2
  }

  /// Whether the noise floor allows the threshold.
  func isTrusted(_ evidence: GateEvidence, threshold: Double) -> Bool { Self.bound(evidence, threshold).isTrusted }

  /// Bonferroni's level. A p-value below it is significant by Holm's method too, whatever the other benchmarks give.
  private var firstLevel: Double { min(firstAlpha, alpha / Double(benchmarks)) }

  /// The findings of all benchmarks together, in their order.
  package func judge(_ evidence: [(evidence: GateEvidence, threshold: Double)]) -> [GateFinding] {
    let slower = holm(evidence.map(\.evidence.slower))
    let faster = holm(evidence.map(\.evidence.faster))
    return evidence.indices.map { index in
      finding(evidence[index].evidence, evidence[index].threshold, slower: slower[index], faster: faster[index])
    }
  }

  private func finding(
    _ evidence: GateEvidence, _ threshold: Double, slower: Double, faster: Double
  ) -> GateFinding {
    let bound = Self.bound(evidence, threshold)
    let estimate = evidence.shift.estimate
    let isComplete = evidence.stage == .complete
    // Before the end, only a clear change counts.
    let limit = isComplete ? bound.value : 1.5 * bound.value
    var finding: GateFinding
    if estimate > limit, slower < alpha, isComplete || evidence.slower < firstLevel {
      finding = GateFinding(.regression, reason: "\(Self.perCent(estimate)) slower than base.")
    } else if estimate < -limit, faster < alpha, isComplete || evidence.faster < firstLevel {
      finding = GateFinding(.improvement, reason: "\(Self.perCent(-estimate)) faster than base.")
    } else if !bound.isTrusted, let noise = evidence.noiseFloor {
      finding = GateFinding(
        .inconclusive,
        reason: "Threshold below this machine's noise floor: two processes of base cannot be told apart to better than "
          + "\(Self.perCent(noise)); half the threshold is needed.")
    } else if evidence.stage == .firstLook && abs(estimate) < bound.value / 2
      || (evidence.shift.interval?.upperBound ?? .infinity) < bound.value
    {
      finding = GateFinding(.pass)
    } else if !isComplete {
      let observed = evidence.noiseFloor == nil ? "runs" : "calm rounds"
      finding = GateFinding(
        .inconclusive,
        reason: "\(evidence.count) \(observed) do not tell whether the threshold is kept: \(stopReason.sentenceEnd)")
    } else {
      finding = GateFinding(.inconclusive, reason: "The measurements do not tell whether the threshold is kept.")
    }
    finding.change = Double.expMinusOne(estimate)
    finding.lower = evidence.shift.interval.map { Double.expMinusOne($0.lowerBound) }
    finding.upper = evidence.shift.interval.map { Double.expMinusOne($0.upperBound) }
    finding.pValue = estimate > 0 ? slower : faster
    finding.noiseFloor = evidence.noiseFloor.flatMap { $0.isFinite ? Double.expMinusOne($0) : nil }
    finding.detectable = evidence.detectable(bound: bound.value, alpha: alpha / Double(benchmarks))
      .map { Double.expMinusOne($0) }
    return finding
  }

  /// The logarithm of the smallest change that counts, and whether it is the threshold that the user gave.
  private static func bound(_ evidence: GateEvidence, _ threshold: Double) -> (value: Double, isTrusted: Bool) {
    let (asked, noise) = (Double.log(onePlus: threshold), 2 * (evidence.noiseFloor ?? 0))
    return (max(asked, noise), asked >= noise)
  }

  private static func perCent(_ logarithm: Double) -> String {
    "\(DisplayUnit.perCent.format(Double.expMinusOne(logarithm), decimals: 1)) %"
  }
}

extension StopReason {
  /// The end of a sentence that says what to do or what happened.
  package var sentenceEnd: String {
    switch self {
    case .maxTime: "raise --max-time."
    case .interrupted: "the gate was interrupted."
    }
  }
}
