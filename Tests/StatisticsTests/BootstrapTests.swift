import Testing

@testable import Statistics

@Suite struct BootstrapTests {
  /// numpy with the same random numbers gives the same interval; scipy with others gives nearly the same.
  @Test(arguments: Fixtures.intervals)
  func agreesWithNumpyAndScipy(_ fixture: Fixtures.Interval) {
    let bootstrap = Bootstrap(resamples: fixture.resamples, seed: fixture.seed, confidence: fixture.confidence)
    let interval = bootstrap.interval(ofSorted: fixture.samples.sorted(), median(ofSorted:))
    #expect(agree(interval.lowerBound, fixture.lower))
    #expect(agree(interval.upperBound, fixture.upper))
    if let lower = fixture.scipyLower, let upper = fixture.scipyUpper {
      let slack = 0.3 * (upper - lower)
      #expect(abs(interval.lowerBound - lower) <= slack)
      #expect(abs(interval.upperBound - upper) <= slack)
    }
  }

  @Test func isAFunctionOfTheSeed() {
    let samples = (0..<50).map { Double($0 * $0) }
    func interval(seed: UInt64) -> ClosedRange<Double> {
      Bootstrap(resamples: 200, seed: seed).interval(ofSorted: samples, median(ofSorted:))
    }
    #expect(interval(seed: 3) == interval(seed: 3))
    #expect(interval(seed: 3) != interval(seed: 4))
  }

  /// A 95 % interval should miss the true median, 0, about five times in a hundred.
  @Test func coversTheTrueMedian() {
    var random = SplitMix64(seed: 2026)
    var missed = 0
    for seed in 0..<200 {
      // The difference of two uniform numbers is symmetric around 0.
      let samples = (0..<40).map { _ in Double(random.next(below: 1 << 30) - random.next(below: 1 << 30)) }
      let interval = Bootstrap(resamples: 400, seed: UInt64(seed)).interval(
        ofSorted: samples.sorted(), median(ofSorted:))
      if !interval.contains(0) { missed += 1 }
    }
    #expect((2...22).contains(missed))
  }
}
