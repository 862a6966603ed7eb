import RealModule

/// The difference that a machine shows where there is none: the same work measured against itself, in turns.
package struct NoiseFloor: Equatable, Sendable {
  /// The typical relative difference within one round: 1.4826 times the median absolute ln ratio, which estimates the
  /// standard deviation of normal noise.
  package let spread: Double
  /// The relative difference that 95 of 100 comparisons of `rounds` rounds stay below although the work is the same.
  package let smallestDifference: Double
  /// The number of rounds in one comparison.
  package let rounds: Int
  package let comparisons: Int

  /// Returns nil for fewer than ten comparisons, because the 95th percentile would depend on one of them.
  /// - Parameters:
  ///   - first, second: durations of the same work, in the order of the rounds
  ///   - rounds: the number in one comparison, whose estimate is the median ln ratio
  package init?(_ first: [Double], _ second: [Double], rounds: Int = 20) {
    precondition(first.count == second.count && rounds >= 1, "a noise floor is of pairs")
    let ratios = zip(first, second).map { Double.log($0) - Double.log($1) }
    let comparisons = ratios.count / rounds
    guard comparisons >= 10, ratios.allSatisfy(\.isFinite) else { return nil }
    let estimates = (0..<comparisons).map { abs(median(Array(ratios[$0 * rounds..<($0 + 1) * rounds]))) }
    spread = 1.4826 * median(ratios.map(abs))
    smallestDifference = Double.expMinusOne(quantile(0.95, ofSorted: estimates.sorted()))
    self.rounds = rounds
    self.comparisons = comparisons
  }
}
