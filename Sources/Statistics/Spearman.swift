/// Spearman's rank correlation. It tells whether one quantity rises or falls with another, linearly or not.
package struct Spearman: Equatable, Sendable {
  /// The correlation, from -1 to 1.
  package let correlation: Double
  /// The two-sided probability of a correlation at least as strong between quantities that have none.
  ///
  /// It comes from Student's t with n - 2 degrees of freedom, a good approximation for ten samples or more.
  package let pValue: Double

  /// Returns nil for fewer than three pairs and where one quantity is constant, because nothing can be correlated then.
  package init?(_ first: [Double], _ second: [Double]) {
    precondition(first.count == second.count, "a correlation is between pairs")
    self.init(ranks: ranks(first), ranks(second))
  }

  private init?(ranks first: [Double], _ second: [Double]) {
    guard first.count >= 3, let correlation = Self.pearson(first, second) else { return nil }
    self.correlation = correlation
    let freedom = Double(first.count - 2)
    // This is P(|T| > t) for t = r sqrt(f / (1 - r^2)), where f / (f + t^2) is 1 - r^2.
    pValue = regularisedIncompleteBeta(1 - correlation * correlation, freedom / 2, 0.5)
  }

  /// Correlates durations with their steps; the correlation is positive where steps become slower.
  package init?(drift durations: [Double]) {
    self.init(ranks: durations.indices.map { Double($0 + 1) }, ranks(durations))
  }

  private static func pearson(_ first: [Double], _ second: [Double]) -> Double? {
    // Ranks 1 to n have this mean, with ties and without.
    let mean = Double(first.count + 1) / 2
    var (product, firstSquares, secondSquares) = (0.0, 0.0, 0.0)
    for (a, b) in zip(first, second) {
      product += (a - mean) * (b - mean)
      firstSquares += (a - mean) * (a - mean)
      secondSquares += (b - mean) * (b - mean)
    }
    guard firstSquares > 0, secondSquares > 0 else { return nil }
    // Rounding may exceed the bounds.
    return max(-1, min(1, product / (firstSquares * secondSquares).squareRoot()))
  }
}
