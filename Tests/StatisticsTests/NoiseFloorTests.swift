import Statistics
import Testing

@Suite struct NoiseFloorTests {
  @Test func noNoiseHasNoFloor() throws {
    let same = [Double](repeating: 0.5, count: 200)
    let floor = try #require(NoiseFloor(same, same))
    #expect(floor.spread == 0 && floor.smallestDifference == 0 && floor.comparisons == 10 && floor.rounds == 20)
  }

  /// Every comparison of four rounds has an error of 1 %, up or down.
  @Test func offsetOfAComparisonIsTheFloor() throws {
    let first: [Double] = (0..<48).map { ($0 / 4).isMultiple(of: 2) ? 1.01 : 1 / 1.01 }
    let floor = try #require(NoiseFloor(first, [Double](repeating: 1, count: 48), rounds: 4))
    #expect(abs(floor.smallestDifference - 0.01) < 1e-12)
    #expect(abs(floor.spread - 1.4826 * 0.00995033) < 1e-6)
  }

  /// The medians of rounds that scatter by 10 % around zero scatter less.
  @Test func medianOfRoundsIsQuieterThanOne() throws {
    let first: [Double] = (0..<400).map { 0.95 + 0.1 / 19 * Double($0 * 7 % 20) }
    let floor = try #require(NoiseFloor(first, [Double](repeating: 1, count: 400)))
    #expect(floor.smallestDifference < 0.3 * floor.spread)
  }

  @Test func fewComparisonsSayNothing() {
    let few = [Double](repeating: 1, count: 199)
    #expect(NoiseFloor(few, few) == nil)
    #expect(NoiseFloor([], []) == nil)
  }
}
