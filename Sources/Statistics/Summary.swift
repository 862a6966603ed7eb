/// The statistics of samples, in the unit of the samples.
package struct Summary: Equatable, Sendable {
  package let count: Int
  package let mean: Double
  /// The deviation divided by n, as the classic line prints it behind +/-.
  package let populationDeviation: Double
  /// The standard error of the mean: the sample deviation, divided by n - 1, over the square root of n.
  package let standardError: Double
  package let minimum: Double
  package let percentile5: Double
  package let median: Double
  package let percentile95: Double
  package let maximum: Double
  /// The median absolute distance from the median, not scaled.
  package let medianAbsoluteDeviation: Double
  /// The 95 % interval of the median: by bootstrap, and of many samples from their order.
  package let medianInterval: ClosedRange<Double>
  /// The number of samples outside Tukey's fences. All other figures include them.
  package let outliers: Int
  /// The correlation of the samples with their order; nil for fewer than three samples or equal ones.
  package let drift: Spearman?
  package let warnings: [Warning]

  /// Of more samples both intervals are the same, and a bootstrap would take minutes.
  private static let mostResampled = 5000

  /// Returns nil where there are no samples.
  /// - Parameter samples: in the order in which they were taken
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
    medianAbsoluteDeviation = Statistics.medianAbsoluteDeviation(ofSorted: sorted)
    medianInterval =
      count > Self.mostResampled
      ? medianBounds(ofSorted: sorted) : bootstrap.interval(ofSorted: sorted, Statistics.median(ofSorted:))
    outliers = samples.count { !fences.contains($0) }
    drift = Spearman(drift: samples)
    warnings = Warning.all(samples, median: median, interval: medianInterval, fences: fences, drift: drift)
  }
}
