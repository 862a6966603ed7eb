import Results

/// Decides how many rounds one benchmark gets. It looks at them once half-way, waits some time for calm ones, and
/// doubles their number where the noise floor is too high.
package struct GateSequence {
  private let rule: GateRule
  private let threshold: Double
  private var hasLooked = false
  private var calmRounds: Int

  package init(_ rule: GateRule, threshold: Double) {
    self.rule = rule
    self.threshold = threshold
    calmRounds = rule.lastRounds
  }

  /// Whether another round follows. It is to be asked after each round, with all rounds so far.
  package mutating func wantsMore(_ rounds: [GateRound]) -> Bool {
    // There is only one look, because each further one would be another chance of a false alarm.
    if !hasLooked, rule.hasEnough(rounds, calm: rule.firstRounds) {
      hasLooked = true
      if rule.decidesEarly(rule.evidence(rounds), threshold: threshold) { return false }
    }
    guard rule.hasEnough(rounds, calm: calmRounds) else { return true }
    // The difference between two processes of base says nothing about head, so it adds no chance of a false alarm.
    guard calmRounds == rule.lastRounds, !rule.isTrusted(rule.evidence(rounds), threshold: threshold)
    else { return false }
    calmRounds = 2 * rule.lastRounds
    return true
  }
}
