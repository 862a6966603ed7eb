/// How many steps to take.
package struct MeasurementPlan: Equatable, Sendable {
  /// Steps before the timed ones; they are never cut short by `maxTime`.
  package let burnIn: Int
  /// Timed steps.
  package let batches: Int
  /// Seconds for the whole pass, counted from the first burn-in step; nil for no limit.
  package let maxTime: Double?

  /// However little time there is, this many batches are measured where so many were asked for.
  package static let fewestBatches = 10

  package init(burnIn: Int = 10, batches: Int = 100, maxTime: Double? = 60) {
    precondition(burnIn >= 0 && batches >= 1, "a pass has at least one timed step and no negative burn-in")
    self.burnIn = burnIn
    self.batches = batches
    self.maxTime = maxTime
  }

  /// Whether to go on after `measured` timed steps and `elapsed` seconds since the first burn-in step.
  func allowsAnother(measured: Int, elapsed: Double) -> Bool {
    guard let maxTime, measured >= Self.fewestBatches else { return true }
    return elapsed < maxTime
  }
}
