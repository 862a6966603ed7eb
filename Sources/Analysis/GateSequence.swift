import Results

/// How many rounds one benchmark gets: looks at them once half-way, waits for calm ones within reason, and gives a noise
/// floor that is too high twice as many to settle.
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

  /// To be asked after each round, with all of them.
  package mutating func wantsMore(_ rounds: [GateRound]) -> Bool {
    // Only one look: each further one would be another chance to be wrong.
    if !hasLooked, rule.hasEnough(rounds, calm: rule.firstRounds) {
      hasLooked = true
      if rule.decidesEarly(rule.evidence(rounds), threshold: threshold) { return false }
    }
    guard rule.hasEnough(rounds, calm: calmRounds) else { return true }
    // What base's two processes differ by says nothing about head, so asking for more is no second chance to be wrong.
    guard calmRounds == rule.lastRounds, !rule.isTrusted(rule.evidence(rounds), threshold: threshold)
    else { return false }
    calmRounds = 2 * rule.lastRounds
    return true
  }
}
