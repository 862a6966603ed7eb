import Results

/// How many rounds one benchmark gets: looks at them once half-way, and waits for calm ones within reason.
package struct GateSequence {
  private let rule: GateRule
  private let threshold: Double
  private var hasLooked = false

  package init(_ rule: GateRule, threshold: Double) {
    self.rule = rule
    self.threshold = threshold
  }

  /// To be asked after each round, with all of them.
  package mutating func wantsMore(_ rounds: [GateRound]) -> Bool {
    // Only one look: each further one would be another chance to be wrong.
    if !hasLooked, rule.hasEnough(rounds, calm: rule.firstRounds) {
      hasLooked = true
      if rule.decidesEarly(rule.evidence(rounds), threshold: threshold) { return false }
    }
    return !rule.isComplete(rounds)
  }
}
