import RealModule
import Results
import Statistics

/// When a gate alarms, passes, or says that it does not know. A function of numbers.
///
/// After `firstRounds`: a change below half the threshold passes; one above 1.5 times the threshold with a clear p is a
/// regression (or, to the other side, an improvement). Otherwise `lastRounds` in all are judged: above the threshold with
/// p < alpha (Holm's, over all benchmarks of the gate) is a regression; an interval that ends below the threshold passes;
/// the rest is inconclusive.
///
/// No threshold is trusted that is below twice the noise floor F, the difference between two processes of base: such a
/// benchmark gets twice `lastRounds`, for F to settle. If it does not, the benchmark cannot pass, and only a change beyond
/// 2 F is called a regression.
///
/// A benchmark that time ends elsewhere than at these two looks gets no easier terms: it passes by its interval alone, and
/// is a regression only with the p of the first look.
///
/// Rounds are calm ones (`calm`): disturbed ones are kept in the file and do not count. While there are too few calm ones,
/// up to `patience` times as many are measured; then the calmest are judged.
package struct GateRule: Sendable {
  package var firstRounds = 20
  package var lastRounds = 40
  package var patience = 3
  package var alpha = 0.005
  /// For a verdict after the first rounds.
  package var firstAlpha = 0.001
  /// Benchmarks that the gate judges together.
  package var benchmarks: Int
  /// What ended those that got less than all rounds.
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
    // The look was at the first moment with enough rounds.
    let isLater = (firstRounds..<rounds.count).contains { hasEnough(Array(rounds.prefix($0)), calm: firstRounds) }
    return isLater ? .stopped : .firstLook
  }

  private func isComplete(_ rounds: [GateRound]) -> Bool { hasEnough(rounds, calm: lastRounds) }

  /// Whether so many rounds were calm, or there is no point in waiting longer for them.
  func hasEnough(_ rounds: [GateRound], calm: Int) -> Bool {
    rounds.count >= calm && (rounds.count >= patience * calm || rounds.calm(fewest: 0).count >= calm)
  }

  /// Whether the first rounds decide; if not, the others are measured too.
  package func decidesEarly(_ evidence: GateEvidence, threshold: Double) -> Bool {
    let bound = Self.bound(evidence, threshold)
    let estimate = evidence.shift.estimate
    if estimate > 1.5 * bound.value { return evidence.slower < firstLevel }
    if estimate < -1.5 * bound.value { return evidence.faster < firstLevel }
    return bound.isTrusted && abs(estimate) < bound.value / 2
  }

  /// Whether the noise floor allows the threshold.
  func isTrusted(_ evidence: GateEvidence, threshold: Double) -> Bool { Self.bound(evidence, threshold).isTrusted }

  /// Bonferroni's: what falls below it survives Holm whatever the other benchmarks say.
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
    // Before the end only what is clear counts.
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

  /// The logarithm of the change that counts, and whether that is the threshold that was asked for.
  private static func bound(_ evidence: GateEvidence, _ threshold: Double) -> (value: Double, isTrusted: Bool) {
    let (asked, noise) = (Double.log(onePlus: threshold), 2 * (evidence.noiseFloor ?? 0))
    return (max(asked, noise), asked >= noise)
  }

  private static func perCent(_ logarithm: Double) -> String {
    "\(DisplayUnit.perCent.format(Double.expMinusOne(logarithm), decimals: 1)) %"
  }
}

extension StopReason {
  /// What to do about it.
  package var sentenceEnd: String {
    switch self {
    case .maxTime: "raise --max-time."
    case .interrupted: "the gate was interrupted."
    }
  }
}
