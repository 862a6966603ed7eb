import Statistics
import Testing

@Suite struct SummaryTests {
  @Test(arguments: Fixtures.samples)
  func collectsEveryFigure(_ fixture: Fixtures.Samples) throws {
    let summary = try #require(Summary(of: fixture.samples))
    let count = Double(fixture.samples.count)
    #expect(summary.count == fixture.samples.count)
    #expect(agree(summary.mean, fixture.mean))
    #expect(agree(summary.median, fixture.median))
    #expect(summary.minimum == fixture.samples.min() && summary.maximum == fixture.samples.max())
    #expect(agree(summary.percentile5, fixture.percentile5))
    #expect(agree(summary.percentile95, fixture.percentile95))
    #expect(summary.outliers == fixture.outliers)
    let standardError = fixture.sampleDeviation / count.squareRoot()
    #expect(abs(summary.standardError - standardError) <= 1e-9 * standardError + 1e-15 * abs(fixture.mean))
    #expect(summary.medianInterval.contains(summary.median))
    #expect((summary.drift == nil) == (fixture.correlation == nil))
  }

  @Test func needsSamples() {
    #expect(Summary(of: []) == nil)
  }

  @Test func oneSampleIsItsOwnInterval() throws {
    let summary = try #require(Summary(of: [0.5]))
    #expect(summary.medianInterval == 0.5...0.5)
    #expect(summary.standardError == 0)
    #expect(summary.warnings == [.tooFewSamples(count: 1)])
  }
}
