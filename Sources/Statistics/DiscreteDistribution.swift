/// The probabilities of the whole numbers 0, 1, ..., which are the exact null distribution of a rank statistic.
struct DiscreteDistribution {
  let probabilities: [Double]

  func atMost(_ value: Int) -> Double { min(1, probabilities.prefix(max(value + 1, 0)).reduce(0, +)) }
  func atLeast(_ value: Int) -> Double { min(1, probabilities.dropFirst(max(value, 0)).reduce(0, +)) }

  /// The smallest value with P(X <= value) >= `probability`.
  func quantile(_ probability: Double) -> Int {
    var sum = 0.0
    for (value, own) in probabilities.enumerated() {
      sum += own
      if sum >= probability { return value }
    }
    return probabilities.count - 1
  }

  /// The distribution of Wilcoxon's signed-rank statistic: the sum of those `ranks` whose fair coin shows heads.
  /// - Complexity: O(n x sum of the ranks)
  static func signedRankSum(_ ranks: [Int]) -> DiscreteDistribution {
    var probabilities = [Double](repeating: 0, count: ranks.reduce(0, +) + 1)
    probabilities[0] = 1
    var reached = 0
    for rank in ranks {
      reached += rank
      for value in stride(from: reached, through: 0, by: -1) {
        probabilities[value] = (probabilities[value] + (value >= rank ? probabilities[value - rank] : 0)) / 2
      }
    }
    return DiscreteDistribution(probabilities: probabilities)
  }

  /// The distribution of the rank-sum statistic: the sum of `count` of the `ranks`, drawn without replacement.
  /// - Complexity: O(n x count x sum of the ranks)
  static func rankSum(_ ranks: [Int], drawing count: Int) -> DiscreteDistribution {
    let width = ranks.reduce(0, +) + 1
    var ways = [[Double]](repeating: [Double](repeating: 0, count: width), count: count + 1)
    ways[0][0] = 1
    for rank in ranks {
      for drawn in stride(from: count, to: 0, by: -1) {
        for value in rank..<width { ways[drawn][value] += ways[drawn - 1][value - rank] }
      }
    }
    let total = ways[count].reduce(0, +)
    return DiscreteDistribution(probabilities: ways[count].map { $0 / total })
  }
}
