import RealModule

/// What a machine makes of no difference at all: the same work measured against itself, in turns.
package struct NoiseFloor: Equatable, Sendable {
  /// Typical relative difference within one round: 1.4826 times the median absolute ln ratio, which estimates a standard
  /// deviation where the noise is normal.
  package let spread: Double
  /// The relative difference that 95 of 100 comparisons of `rounds` rounds stay below although there is none.
  package let smallestDifference: Double
  /// Rounds of one comparison.
  package let rounds: Int
  package let comparisons: Int

  /// Nil for fewer than ten comparisons: their 95th percentile would be the luck of one.
  /// - Parameters:
  ///   - first, second: durations of the same work, in the order of the rounds
  ///   - rounds: of one comparison, whose estimate is the median ln ratio
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
