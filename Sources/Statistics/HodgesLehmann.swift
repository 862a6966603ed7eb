/// An estimate of a shift, with its confidence interval.
package struct Shift: Equatable, Sendable {
  package let estimate: Double
  /// Nil where there are too few samples for the confidence asked for.
  package let interval: ClosedRange<Double>?

  package init(estimate: Double, interval: ClosedRange<Double>?) {
    self.estimate = estimate
    self.interval = interval
  }

  /// Estimates the centre of paired differences by the median of all Walsh averages (x_i + x_j) / 2, i <= j. Up to 29 %
  /// of arbitrary values cannot move it without bound. The interval holds the shifts that the signed-rank test does not
  /// reject.
  ///
  /// Source: Hodges & Lehmann 1963. The interval is exact for up to 50 differences without ties.
  /// - Complexity: O(n^2 log n)
  package init(of differences: [Double], confidence: Double = 0.95) {
    precondition(!differences.isEmpty, "no differences have no centre")
    let count = differences.count
    var averages: [Double] = []
    averages.reserveCapacity(count * (count + 1) / 2)
    for i in 0..<count { for j in i..<count { averages.append((differences[i] + differences[j]) / 2) } }
    averages.sort()
    let n = Double(count)
    self.init(
      ofSorted: averages, tail: (1 - confidence) / 2,
      exact: count <= RankTest.exactCount ? .signedRankSum(Array(1...count)) : nil,
      mean: n * (n + 1) / 4, variance: n * (n + 1) * (2 * n + 1) / 24)
  }

  /// Estimates how far `second` lies above `first` by the median of all differences. The interval inverts the test of
  /// Mann & Whitney.
  /// - Complexity: O(mn log mn)
  package init(from first: [Double], to second: [Double], confidence: Double = 0.95) {
    precondition(!first.isEmpty && !second.isEmpty, "a shift is between two sets of samples")
    let differences = second.flatMap { b in first.map { b - $0 } }.sorted()
    let (m, n) = (first.count, second.count)
    var exact: DiscreteDistribution?
    if m + n <= RankTest.exactCount {
      // The statistic U is the rank sum less its smallest value, 1 + 2 + ... + n.
      let sums = DiscreteDistribution.rankSum(Array(1...(m + n)), drawing: n)
      exact = DiscreteDistribution(
        probabilities: Array(sums.probabilities.dropFirst(n * (n + 1) / 2).prefix(m * n + 1)))
    }
    let (a, b) = (Double(m), Double(n))
    self.init(
      ofSorted: differences, tail: (1 - confidence) / 2, exact: exact, mean: a * b / 2,
      variance: a * b * (a + b + 1) / 12)
  }

  /// - Parameters:
  ///   - values: the test counts those that exceed the shift it tries
  ///   - exact: the null distribution of that count; nil for the normal approximation
  private init(
    ofSorted values: [Double], tail: Double, exact: DiscreteDistribution?, mean: Double, variance: Double
  ) {
    estimate = median(ofSorted: values)
    // This is the number of values outside the interval at each end.
    let cut: Int
    if let exact {
      cut = exact.quantile(tail) - (exact.atMost(exact.quantile(tail)) > tail ? 1 : 0)
    } else {
      cut = Int((mean + NormalDistribution.quantile(tail) * variance.squareRoot() - 0.5).rounded(.down))
    }
    interval =
      cut >= 0 && cut < values.count - 1 - cut
      ? values[cut]...values[values.count - 1 - cut] : nil
  }
}
