extension RankTest {
  /// Tests whether one set of samples lies above another (Mann & Whitney 1947); `greater` is small where `second` does.
  ///
  /// The test is exact for up to 50 samples in all, ties included, because each division of the pooled ranks is equally
  /// likely. For more samples it uses the normal approximation with the correction for ties.
  package static func mannWhitney(_ first: [Double], _ second: [Double]) -> RankTest {
    precondition(!first.isEmpty && !second.isEmpty, "two sets of samples are compared")
    let ranks = Statistics.ranks(first + second)
    let sum = ranks.dropFirst(first.count).reduce(0, +)
    let (m, n) = (Double(first.count), Double(second.count))
    if ranks.count <= exactCount {
      return RankTest(Int(2 * sum), .rankSum(ranks.map { Int(2 * $0) }, drawing: second.count))
    }
    let total = m + n
    return RankTest(
      sum, mean: n * (total + 1) / 2,
      variance: m * n / 12 * (total + 1 - tieTerm(ranks) / (total * (total - 1))))
  }

  /// The smallest two-sided p-value that so many samples can give.
  package static func smallestMannWhitney(_ first: Int, _ second: Int) -> Double {
    guard first > 0, second > 0 else { return 1 }
    // It is 2 over the number of divisions, (m + n)! / (m! n!).
    return (1...first).reduce(2.0) { $0 * Double($1) / Double(second + $1) }
  }
}
