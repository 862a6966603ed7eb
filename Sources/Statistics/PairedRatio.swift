import RealModule

/// How many times faster something is than a baseline that was measured in turns with it.
///
/// Each round gives ln(baseline) - ln(duration), so that whatever slows a whole round cancels. The estimate is the
/// median of these, and its interval is a bootstrap.
package struct PairedRatio: Equatable, Sendable {
  /// The baseline's time over the other's: above 1 where the other is faster.
  package let ratio: Double
  /// 95 % interval of the ratio.
  package let interval: ClosedRange<Double>
  /// The number of rounds.
  package let count: Int

  /// Returns nil where there are no rounds, or where the counts differ and the durations do not belong together.
  /// - Parameters:
  ///   - durations, baseline: in one unit, above zero, in the order of the rounds
  package init?(_ durations: [Double], against baseline: [Double], bootstrap: Bootstrap = Bootstrap()) {
    guard !durations.isEmpty, durations.count == baseline.count,
      (durations + baseline).allSatisfy({ $0 > 0 && $0.isFinite })
    else { return nil }
    let logarithms = zip(durations, baseline).map { Double.log($1) - Double.log($0) }.sorted()
    let interval = bootstrap.interval(ofSorted: logarithms, median(ofSorted:))
    ratio = Double.exp(median(ofSorted: logarithms))
    self.interval = Double.exp(interval.lowerBound)...Double.exp(interval.upperBound)
    count = durations.count
  }
}
