import Testing

@testable import Statistics

@Suite struct QuantilesTests {
  @Test(arguments: Fixtures.samples)
  func agreeWithNumpy(_ fixture: Fixtures.Samples) {
    let sorted = fixture.samples.sorted()
    #expect(agree(median(fixture.samples), fixture.median))
    #expect(agree(quantile(0.05, ofSorted: sorted), fixture.percentile5))
    #expect(agree(quantile(0.95, ofSorted: sorted), fixture.percentile95))
    // A difference of numbers of about 1e9 has their rounding error.
    let rounding = 1e-15 * abs(fixture.median)
    #expect(abs(medianAbsoluteDeviation(ofSorted: sorted) - fixture.mad) <= 1e-12 * fixture.mad + rounding)
  }

  @Test func reachMinimumAndMaximum() {
    #expect(quantile(0, ofSorted: [1, 2, 4]) == 1)
    #expect(quantile(1, ofSorted: [1, 2, 4]) == 4)
    #expect(quantile(0.75, ofSorted: [1, 2, 4]) == 3)
  }

  @Test(arguments: Fixtures.samples)
  func tukeyFencesCountAsNumpyDoes(_ fixture: Fixtures.Samples) {
    let fences = TukeyFences(ofSorted: fixture.samples.sorted())
    #expect(fixture.samples.count { !fences.contains($0) } == fixture.outliers)
  }

  @Test func tukeyFencesContainTheirBounds() {
    let fences = TukeyFences(ofSorted: [1, 2, 3, 4, 5])
    #expect(fences.lower == -1 && fences.upper == 7)
    #expect(fences.contains(7) && fences.contains(-1))
    #expect(!fences.contains(7.001) && !fences.contains(-1.001))
  }
}
