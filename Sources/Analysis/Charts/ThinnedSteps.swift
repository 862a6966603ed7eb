import Statistics

/// The steps of a series that a chart draws: all, or as many as a screen can show.
///
/// Of many, the chart has the extremes of each of equally long stretches, so that no outlier is lost.
struct ThinnedSteps {
  /// In ascending order.
  let steps: [Int]
  let total: Int

  /// About two points for each pixel of a wide page.
  static let most = 3000

  init(_ durations: [Double], most: Int = Self.most) {
    total = durations.count
    steps = total > most ? extremes(of: durations, stretches: most / 2) : Array(0..<total)
  }

  /// A sentence where points were left out of one of `series`; empty where none were.
  static func note(_ series: [Series]) -> String {
    guard let longest = series.map(\.durations.count).max(), longest > most else { return "" }
    return " Of series with more than \(most) steps only the fastest and the slowest of each stretch are drawn."
  }
}
