extension RankTest {
  /// Whether paired differences lie around 0: Wilcoxon's signed-rank test; `greater` asks whether they lie above.
  ///
  /// Zeros are left out, as in Wilcoxon 1945; without any other difference every p is 1. Exact for up to 50 differences:
  /// each sign is a coin, given the absolute values, so ties need no correction. Beyond, the normal approximation with
  /// Wilcoxon's correction for ties.
  package static func signedRank(_ differences: [Double]) -> RankTest {
    let differences = differences.filter { $0 != 0 }
    let ranks = Statistics.ranks(differences.map(abs))
    let positive = zip(differences, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    // Ties share ranks such as 2.5; twice a rank is whole.
    if ranks.count <= exactCount { return RankTest(Int(2 * positive), .signedRankSum(ranks.map { Int(2 * $0) })) }
    let count = Double(ranks.count)
    return RankTest(
      positive, mean: count * (count + 1) / 4,
      variance: count * (count + 1) * (2 * count + 1) / 24 - tieTerm(ranks) / 48)
  }
}
