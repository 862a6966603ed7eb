import Testing

@testable import Statistics

@Suite struct SpearmanTests {
  @Test(arguments: Fixtures.samples)
  func agreesWithScipy(_ fixture: Fixtures.Samples) throws {
    #expect(ranks(fixture.samples) == fixture.ranks)
    guard let correlation = fixture.correlation, let pValue = fixture.pValue else {
      #expect(Spearman(drift: fixture.samples) == nil)
      return
    }
    let drift = try #require(Spearman(drift: fixture.samples))
    #expect(agree(drift.correlation, correlation, relative: 1e-10) || abs(drift.correlation - correlation) < 1e-14)
    #expect(agree(drift.pValue, pValue, relative: 1e-8))
  }

  @Test func knowsPerfectOrder() throws {
    let rising = try #require(Spearman([1, 2, 3, 4], [10, 20, 30, 1000]))
    #expect(rising.correlation == 1 && rising.pValue == 0)
    let falling = try #require(Spearman([1, 2, 3, 4], [4, 3, 2, 1]))
    #expect(falling.correlation == -1 && falling.pValue == 0)
  }

  @Test func incompleteBetaAgreesWithScipy() {
    for beta in Fixtures.betas {
      let value = regularisedIncompleteBeta(beta.x, beta.a, beta.b)
      #expect(agree(value, beta.value, relative: 1e-10), "I_\(beta.x)(\(beta.a), \(beta.b))")
    }
  }
}
