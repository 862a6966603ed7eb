import Testing

@testable import Analysis

@Suite struct ThinnedStepsTests {
  @Test func fewStepsAreAllDrawn() { #expect(ThinnedSteps([3, 1, 2]).steps == [0, 1, 2]) }

  @Test func outliersOfManyAreKept() {
    var durations = (0..<100_000).map { 1 + 1e-3 * Double($0 % 7) }
    (durations[12_345], durations[77_777]) = (9, 0.1)
    let steps = ThinnedSteps(durations).steps
    #expect(steps.count <= ThinnedSteps.most && steps == steps.sorted())
    #expect(steps.contains(12_345) && steps.contains(77_777))
  }

  @Test func theChartsSayWhatTheyLeaveOut() {
    func series(_ count: Int) -> [Series] {
      [Series(name: "auto", colour: 0, durations: [Double](repeating: 1, count: count), median: 1, interval: 1...1)]
    }
    #expect(DriftChart(series: series(4000)).explanation.contains("more than 3000 steps only the fastest"))
    #expect(DistributionChart(series(4000)).explanation.contains("more than 3000 steps only the fastest"))
    #expect(!DriftChart(series: series(3000)).explanation.contains("only the fastest"))
  }
}
