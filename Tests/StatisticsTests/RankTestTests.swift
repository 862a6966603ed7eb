import Testing

@testable import Statistics

/// Compares the rank tests, shifts and intervals with scipy and with enumeration.
@Suite struct RankTestTests {
  @Test(arguments: Fixtures.pairedTests)
  func signedRankAgrees(_ fixture: Fixtures.PairedTest) {
    expect(RankTest.signedRank(fixture.differences), Shift(of: fixture.differences), are: fixture.expected)
  }

  @Test(arguments: Fixtures.twoSampleTests)
  func mannWhitneyAgrees(_ fixture: Fixtures.TwoSampleTest) {
    expect(
      RankTest.mannWhitney(fixture.first, fixture.second), Shift(from: fixture.first, to: fixture.second),
      are: fixture.expected)
  }

  private func expect(_ test: RankTest, _ shift: Shift, are expected: Fixtures.RankExpectation) {
    #expect(agree(test.greater, expected.greater, relative: 1e-9), "\(test)")
    #expect(agree(test.less, expected.less, relative: 1e-9), "\(test)")
    #expect(agree(shift.estimate, expected.estimate, relative: 1e-9) || abs(shift.estimate) < 1e-12)
    guard expected.hasInterval else { return }
    // Both bounds are nil where there are too few samples for the confidence.
    guard let interval = shift.interval, let lower = expected.lower, let upper = expected.upper else {
      #expect(shift.interval == nil && expected.lower == nil && expected.upper == nil, "\(shift)")
      return
    }
    #expect(agree(interval.lowerBound, lower, relative: 1e-9), "\(shift)")
    #expect(agree(interval.upperBound, upper, relative: 1e-9), "\(shift)")
  }

  @Test func nothingDiffersNothingIsShown() {
    #expect(RankTest.signedRank([0, 0, 0]).twoSided == 1)
    #expect(RankTest.signedRank([]).greater == 1)
    #expect(RankTest.mannWhitney([1, 1], [1, 1]).twoSided == 1)
  }

  @Test func fewSamplesBoundTheSmallestP() {
    #expect(agree(RankTest.smallestMannWhitney(3, 3), 0.1))
    #expect(agree(RankTest.smallestMannWhitney(4, 4), 2.0 / 70))
    #expect(RankTest.smallestMannWhitney(1, 1) == 1)
    #expect(agree(RankTest.mannWhitney([1, 2, 3, 4], [5, 6, 7, 8]).twoSided, RankTest.smallestMannWhitney(4, 4)))
  }

  /// A third of the differences are arbitrary; the estimate stays near the others.
  @Test func wildValuesDoNotCarryTheShiftAway() {
    let tame = (0..<16).map { 0.03 + 0.0001 * Double($0 % 5) }
    let shift = Shift(of: tame + [5, 7, 9, -6])
    #expect(abs(shift.estimate - 0.0302) < 0.001)
  }

  @Test func holmAgrees() {
    for fixture in Fixtures.adjustments {
      #expect(zip(holm(fixture.p), fixture.adjusted).allSatisfy { agree($0, $1) }, "\(fixture)")
    }
    #expect(holm([]) == [])
  }

  @Test func normalAgrees() {
    for fixture in Fixtures.normals {
      #expect(agree(NormalDistribution.atMost(fixture.z), fixture.atMost, relative: 1e-11))
      #expect(agree(NormalDistribution.atLeast(fixture.z), fixture.atLeast, relative: 1e-11))
      if abs(fixture.z) < 5 { #expect(abs(NormalDistribution.quantile(fixture.atMost) - fixture.z) < 1e-9) }
    }
  }
}
