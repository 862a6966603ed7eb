/// What is said of samples, in their unit.
package struct Summary: Equatable, Sendable {
  package let count: Int
  package let mean: Double
  /// Divided by n: the +/- of the classic line.
  package let populationDeviation: Double
  /// Of the mean: the sample deviation, divided by n - 1, over the square root of n.
  package let standardError: Double
  package let minimum: Double
  package let percentile5: Double
  package let median: Double
  package let percentile95: Double
  package let maximum: Double
  /// Median absolute distance from the median, not scaled.
  package let medianAbsoluteDeviation: Double
  /// 95 % interval of the median, by bootstrap.
  package let medianInterval: ClosedRange<Double>
  /// Samples outside Tukey's fences. They stay in every other figure.
  package let outliers: Int
  /// Of the samples against their order; nil where that says nothing.
  package let drift: Spearman?
  package let warnings: [Warning]

  /// Nil without samples.
  /// - Parameter samples: in the order in which they were taken.
  package init?(of samples: [Double], bootstrap: Bootstrap = Bootstrap()) {
    guard !samples.isEmpty else { return nil }
    let sorted = samples.sorted()
    let welford = Welford(samples)
    let fences = TukeyFences(ofSorted: sorted)
    count = samples.count
    mean = welford.mean
    populationDeviation = welford.populationDeviation
    standardError = welford.sampleDeviation / Double(count).squareRoot()
    minimum = sorted[0]
    percentile5 = quantile(0.05, ofSorted: sorted)
    median = Statistics.median(ofSorted: sorted)
    percentile95 = quantile(0.95, ofSorted: sorted)
    maximum = sorted[count - 1]
    medianAbsoluteDeviation = Statistics.medianAbsoluteDeviation(samples)
    medianInterval = bootstrap.interval(ofSorted: sorted, Statistics.median(ofSorted:))
    outliers = samples.count { !fences.contains($0) }
    drift = Spearman(drift: samples)
    warnings = Warning.all(samples, median: median, interval: medianInterval, fences: fences, drift: drift)
  }
}
