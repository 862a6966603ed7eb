import Statistics
import Testing

@Suite struct BinomialIntervalTests {
  /// scipy computes the bounds to within 2e-12.
  @Test(arguments: Fixtures.proportions)
  func agreesWithScipy(_ fixture: Fixtures.Proportion) {
    let interval = binomialInterval(fixture.hits, of: fixture.trials)
    #expect(abs(interval.lowerBound - fixture.lower) < 1e-11, "\(fixture)")
    #expect(abs(interval.upperBound - fixture.upper) < 1e-11, "\(fixture)")
  }
}
