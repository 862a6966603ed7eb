import RealModule

/// How many times faster one thing is than another that was measured in turns with it.
///
/// Each round gives ln(reference) - ln(duration), so that what slows a whole round cancels; the estimate is their median,
/// the interval a bootstrap of it.
package struct PairedRatio: Equatable, Sendable {
  /// Reference time over time: above 1 where this is the faster one.
  package let ratio: Double
  /// 95 % interval of the ratio.
  package let interval: ClosedRange<Double>
  /// Rounds.
  package let count: Int

  /// Nil without rounds, or where the counts differ: then the durations do not belong together.
  /// - Parameters: durations in one unit, above zero, in the order of the rounds.
  package init?(_ durations: [Double], against reference: [Double], bootstrap: Bootstrap = Bootstrap()) {
    guard !durations.isEmpty, durations.count == reference.count,
      (durations + reference).allSatisfy({ $0 > 0 && $0.isFinite })
    else { return nil }
    let logarithms = zip(durations, reference).map { Double.log($1) - Double.log($0) }.sorted()
    let interval = bootstrap.interval(ofSorted: logarithms, median(ofSorted:))
    ratio = Double.exp(median(ofSorted: logarithms))
    self.interval = Double.exp(interval.lowerBound)...Double.exp(interval.upperBound)
    count = durations.count
  }
}
