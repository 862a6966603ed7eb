import Statistics
import Testing

@Suite struct WelfordTests {
  /// The mean may be 1e9 times the deviation, where E[x^2] - E[x]^2 cancels.
  @Test(arguments: Fixtures.samples)
  func agreesWithExactFractions(_ fixture: Fixtures.Samples) {
    let welford = Welford(fixture.samples)
    #expect(welford.count == fixture.samples.count)
    #expect(agree(welford.mean, fixture.mean, relative: 1e-14))
    // A deviation far below the mean loses the digits that the samples themselves lack.
    let lost = 1e-15 * abs(fixture.mean)
    #expect(abs(welford.populationDeviation - fixture.populationDeviation) <= 1e-9 * fixture.populationDeviation + lost)
    #expect(abs(welford.sampleDeviation - fixture.sampleDeviation) <= 1e-9 * fixture.sampleDeviation + lost)
  }

  @Test func isZeroWithoutSamples() {
    #expect(Welford().mean == 0)
    #expect(Welford().populationDeviation == 0)
    #expect(Welford([3]).sampleDeviation == 0)
  }

  @Test func addsOneByOne() {
    var welford = Welford()
    for value in [2.0, 4, 4, 4, 5, 5, 7, 9] { welford.add(value) }
    #expect(welford.mean == 5)
    #expect(welford.populationDeviation == 2)
  }
}
