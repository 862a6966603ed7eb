import Testing

@testable import Analysis

@Suite struct ScaleTests {
  @Test func endsAreNoughtAndAHundred() {
    let scale = Scale(fromZeroTo: 8)
    #expect(scale.percent(0) == 0 && scale.percent(8) == 100 && scale.percent(2) == 25)
    #expect(scale.ticks() == [0, 2, 4, 6, 8])
    #expect(Scale(fromZeroTo: 0).percent(0) == 0)
  }

  @Test func valuesLieInside() {
    let values = [0.3, 0.31, 0.36]
    let scale = Scale(around: values)
    #expect(!scale.isLogarithmic)
    #expect(values.allSatisfy { (1...99).contains(scale.percent($0)) })
    #expect(!scale.ticks().isEmpty && scale.ticks().allSatisfy(scale.domain.contains))
  }

  @Test func farApartIsLogarithmic() {
    let scale = Scale(around: [1, 10, 100])
    #expect(scale.isLogarithmic)
    #expect(abs(scale.percent(10) - 50) < 1e-9)
    #expect(scale.ticks().contains(10))
  }

  @Test func equalValuesHaveAnAxisToo() {
    let scale = Scale(around: [5, 5])
    #expect(abs(scale.percent(5) - 50) < 1e-9)
    #expect(Scale(around: [0.0]).percent(0).isFinite)
  }
}
