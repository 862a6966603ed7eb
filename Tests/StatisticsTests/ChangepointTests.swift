import Testing

@testable import Statistics

@Suite struct ChangepointTests {
  let search = ChangepointSearch()

  @Test func oneStepIsFoundWhereItIs() throws {
    let samples = noise(30, seed: 1).enumerated().map { $1 * ($0 < 18 ? 1 : 1.1) }
    let found = search.changepoints(in: samples)
    #expect(found.map(\.index) == [18])
    #expect(abs(try #require(found.first).change - 0.1) < 0.01 && found[0].pValue <= 0.01)
  }

  @Test func thereAndBackAreTwo() {
    let samples = noise(45, seed: 2).enumerated().map { $1 * ((15..<30).contains($0) ? 0.9 : 1) }
    let found = search.changepoints(in: samples)
    #expect(found.map(\.index) == [15, 30])
    #expect(found.count == 2 && found[0].change < -0.08 && found[1].change > 0.08)
  }

  @Test func outliersAreNoChange() {
    var samples = noise(30, seed: 3)
    samples[7] = 5
    samples[20] = 9
    #expect(search.changepoints(in: samples) == [])
  }

  /// A change of two per mille with less noise is significant, but too small to be reported.
  @Test func smallChangesAreNotShown() {
    let samples = (0..<40).map { index -> Double in
      let jitter = 1e-6 * Double(index * 7 % 10)
      return index < 20 ? 1 + jitter : 1.002 + jitter
    }
    #expect(search.changepoints(in: samples) == [])
    var fine = search
    fine.smallestChange = 0.001
    #expect(fine.changepoints(in: samples).map(\.index) == [20])
  }

  @Test func fewOrEqualSamplesHaveNone() {
    for count in 0...5 { #expect(search.changepoints(in: Array([1.0, 2, 3, 4, 5].prefix(count))) == []) }
    #expect(search.changepoints(in: [Double](repeating: 2, count: 50)) == [])
    // Of the 70 orders of four and four samples, 2 are as extreme.
    #expect(search.changepoints(in: [1, 1.01, 1.02, 1.03, 2, 2.01, 2.02, 2.03]) == [])
  }

  /// At level 0.01, about three of 300 series without a change may show one.
  @Test func falseAlarmsAreRare() {
    let alarms = (0..<300).count { seed in
      var search = search
      search.smallestChange = 0
      search.permutations = 199
      return !search.changepoints(in: noise(20, seed: UInt64(1000 + seed))).isEmpty
    }
    #expect(alarms <= 10)
  }

  /// Random numbers around 1 with a heavy tail on one side, as durations have.
  private func noise(_ count: Int, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let uniform = Double(random.next(below: 1 << 20)) / Double(1 << 20)
      return 1 + 0.02 * uniform * uniform
    }
  }
}
