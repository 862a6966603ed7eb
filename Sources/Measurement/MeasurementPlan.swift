/// How many steps a pass takes, and how long it may last.
///
/// Within `maxTime` a pass takes every step that was asked for. When time is short, the burn-in ends after a fifth of
/// it and the timing when it is over, but each of the two keeps its fewest steps.
package struct MeasurementPlan: Equatable, Sendable {
  /// The most steps before the timed ones.
  package let burnIn: Int
  /// The fewest of them, however little time there is.
  package let fewestBurnIn: Int
  /// The most timed steps.
  package let batches: Int
  /// Seconds for the whole pass, counted from the first burn-in step; nil for no limit.
  package let maxTime: Double?

  /// The fewest timed steps where so many were asked for. Of ten samples, the 95 % interval of the median runs from the
  /// second smallest to the second largest (it covers 97.9 %), so no single disturbed step can move its ends; with
  /// fewer than six samples there is no such interval at all.
  package static let fewestBatches = 10

  /// The fewest burn-in steps of a pass that may shorten its burn-in. The first step faults pages in, fills the caches
  /// and wakes the workers; the second one shows that this is over.
  package static let shortestBurnIn = 2

  /// The share of `maxTime` after which the burn-in ends.
  private static let burnInShare = 0.2

  /// - Parameter fewestBurnIn: nil where the burn-in must not be shortened
  package init(burnIn: Int, fewestBurnIn: Int? = nil, batches: Int, maxTime: Double? = nil) {
    precondition(burnIn >= 0 && batches >= 1, "a pass has at least one timed step and no negative burn-in")
    self.burnIn = burnIn
    self.fewestBurnIn = min(fewestBurnIn ?? burnIn, burnIn)
    self.batches = batches
    self.maxTime = maxTime
  }

  /// Whether another burn-in step follows `done` of them, `elapsed` seconds after the first one began.
  func burnsIn(done: Int, elapsed: Double) -> Bool {
    guard done < burnIn else { return false }
    guard let maxTime, done >= fewestBurnIn else { return true }
    return elapsed < Self.burnInShare * maxTime
  }

  /// Whether another timed step follows `measured` of them, `elapsed` seconds after the first burn-in step began.
  func allowsAnother(measured: Int, elapsed: Double) -> Bool {
    guard measured < batches else { return false }
    guard let maxTime, measured >= Self.fewestBatches else { return true }
    return elapsed < maxTime
  }
}

extension MeasurementPlan {
  /// What is still to come of a pass.
  package struct Forecast: Equatable, Sendable {
    package let burnIn: Int
    package let batches: Int
    /// The seconds for both together.
    package let seconds: Double
    /// Whether `maxTime` ends the timing before every batch is measured.
    package let isCut: Bool
  }

  /// What is to come if every step takes `step` seconds.
  /// - Parameters:
  ///   - burnIn: burn-in steps that are done
  ///   - measured: timed steps that are done; nil during the burn-in
  ///   - elapsed: seconds since the first burn-in step began
  package func forecast(step: Double, burnIn done: Int, measured: Int? = nil, elapsed: Double) -> Forecast {
    var time = elapsed
    var (burnIn, batches) = (done, measured ?? 0)
    while measured == nil, burnsIn(done: burnIn, elapsed: time) {
      burnIn += 1
      time += step
    }
    while allowsAnother(measured: batches, elapsed: time) {
      batches += 1
      time += step
    }
    return Forecast(
      burnIn: burnIn - done, batches: batches - (measured ?? 0), seconds: time - elapsed, isCut: batches < self.batches)
  }
}
