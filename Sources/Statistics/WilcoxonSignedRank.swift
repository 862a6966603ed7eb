extension RankTest {
  /// Tests whether paired differences lie around 0 by Wilcoxon's signed-rank test; `greater` is small where they lie
  /// above.
  ///
  /// Zeros are left out, as in Wilcoxon 1945; if all differences are zero, every p-value is 1. The test is exact for up
  /// to 50 differences: given the absolute values, each sign is a fair coin, so ties need no correction. For more
  /// differences it uses the normal approximation with Wilcoxon's correction for ties.
  package static func signedRank(_ differences: [Double]) -> RankTest {
    let differences = differences.filter { $0 != 0 }
    let ranks = Statistics.ranks(differences.map(abs))
    let positive = zip(differences, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    // Ties share ranks such as 2.5; twice a rank is a whole number.
    if ranks.count <= exactCount { return RankTest(Int(2 * positive), .signedRankSum(ranks.map { Int(2 * $0) })) }
    let count = Double(ranks.count)
    return RankTest(
      positive, mean: count * (count + 1) / 4,
      variance: count * (count + 1) * (2 * count + 1) / 24 - tieTerm(ranks) / 48)
  }
}
