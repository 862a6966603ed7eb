/// The p-values of a rank test: probabilities under the hypothesis that nothing differs.
package struct RankTest: Equatable, Sendable {
  /// The probability of a statistic at least as large as the one observed.
  package let greater: Double
  /// The probability of a statistic at least as small.
  package let less: Double
  package var twoSided: Double { min(1, 2 * min(greater, less)) }

  /// Up to so many samples in all, the distribution is computed exactly, ties included.
  static let exactCount = 50

  /// Makes the test from the null distribution of twice the statistic.
  init(_ doubled: Int, _ distribution: DiscreteDistribution) {
    greater = distribution.atLeast(doubled)
    less = distribution.atMost(doubled)
  }

  /// Makes the test by the normal approximation, with the continuity correction.
  init(_ statistic: Double, mean: Double, variance: Double) {
    guard variance > 0 else {
      (greater, less) = (1, 1)
      return
    }
    greater = NormalDistribution.atLeast((statistic - mean - 0.5) / variance.squareRoot())
    less = NormalDistribution.atMost((statistic - mean + 0.5) / variance.squareRoot())
  }

  /// The sum of t^3 - t over all groups of t equal ranks.
  static func tieTerm(_ ranks: [Double]) -> Double {
    Dictionary(grouping: ranks, by: \.self).values.reduce(0) { sum, group in
      let count = Double(group.count)
      return sum + count * count * count - count
    }
  }
}
