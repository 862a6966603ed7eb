import Tensors
import Testing

@Suite struct RelativeErrorTests {
  @Test func equalValuesHaveNone() {
    #expect(RelativeError(of: [1, -2, 0], from: [1, -2, 0]) == RelativeError(max: 0, relativeL2: 0))
    #expect(RelativeError(of: [0, 0], from: [0, 0]) == RelativeError(max: 0, relativeL2: 0))
    #expect(RelativeError(of: [], from: []) == RelativeError(max: 0, relativeL2: 0))
  }

  @Test func bothNormsAreRelativeToTheReference() {
    let error = RelativeError(of: [3, 4.5, 0], from: [3, 4, 0])
    #expect(error.max == 0.125)
    #expect(error.relativeL2 == 0.1)
  }

  @Test func signsDoNotCancel() {
    let error = RelativeError(of: [1, -1], from: [2, -2])
    #expect(error == RelativeError(max: 0.5, relativeL2: 0.5))
  }

  @Test func valuesWhereTheReferenceIsZeroAreInfinitelyFar() {
    let error = RelativeError(of: [0, 1e-30], from: [0, 0])
    #expect(error == RelativeError(max: .infinity, relativeL2: .infinity))
  }

  @Test(arguments: 0..<3)
  func aNaNAnywhereShowsInBothNorms(_ position: Int) {
    var values: [Float] = [1, 2, 3]
    values[position] = .nan
    let error = RelativeError(of: values, from: [1, 2, 3])
    #expect(error.max.isNaN && error.relativeL2.isNaN, "NaN at \(position): \(error)")
  }

  @Test(arguments: 0..<3)
  func anInfinityAnywhereShowsInBothNorms(_ position: Int) {
    var values: [Float] = [1, 2, 3]
    values[position] = .infinity
    let error = RelativeError(of: values, from: [1, 2, 3])
    #expect(error == RelativeError(max: .infinity, relativeL2: .infinity), "infinity at \(position)")
  }

  @Test func buffersAreComparedLikeArrays() throws {
    let (values, reference) = (try FloatBuffer([3, 4.5, 0]), try FloatBuffer([3, 4, 0]))
    #expect(
      RelativeError(of: values.buffer, from: reference.buffer) == RelativeError(of: [3, 4.5, 0], from: [3, 4, 0]))
  }

  /// Values that ought to vanish consist of rounding errors.
  @Test func vanishingReferenceIsMeasuredAgainstTypicalValues() throws {
    let (values, reference) = (try FloatBuffer([2e-6, -1e-6]), try FloatBuffer([1e-6, -1e-6]))
    let error = RelativeError(of: values.buffer, from: reference.buffer, typical: 1)
    #expect(abs(error.max - 1e-6) < 1e-12)
    #expect(abs(error.relativeL2 - 1e-6 / 2.0.squareRoot()) < 1e-12)
    #expect(RelativeError(of: values.buffer, from: reference.buffer).relativeL2 > 0.5)
  }

  @Test func typicalValuesDoNotExcuseAReferenceOfTheirSize() throws {
    let (values, reference) = (try FloatBuffer([0.02, 0]), try FloatBuffer([0.01, 0]))
    #expect(RelativeError(of: values.buffer, from: reference.buffer, typical: 1).relativeL2 > 0.9)
  }

  @Test func describesItselfInShort() {
    #expect(RelativeError(max: 1.234e-6, relativeL2: 0).description == "max 1.2e-6, L2 0.0")
    #expect(RelativeError(max: 45, relativeL2: .nan).description == "max 4.5e1, L2 nan")
  }
}

@Suite struct ToleranceTests {
  static let tolerance = Tolerance(max: 1e-3, relativeL2: 1e-4, because: "of this test")

  @Test func admitsWhatLiesWithinBothNorms() {
    #expect(Self.tolerance.admits(RelativeError(max: 0, relativeL2: 0)))
    #expect(Self.tolerance.admits(RelativeError(max: 1e-3, relativeL2: 1e-4)))
    #expect(!Self.tolerance.admits(RelativeError(max: 1.1e-3, relativeL2: 0)))
    #expect(!Self.tolerance.admits(RelativeError(max: 0, relativeL2: 1.1e-4)))
  }

  @Test func neverAdmitsNaN() {
    let loose = Tolerance(max: .infinity, relativeL2: .infinity, because: "anything goes")
    for tolerance in [Self.tolerance, loose] {
      #expect(!tolerance.admits(RelativeError(max: .nan, relativeL2: 0)))
      #expect(!tolerance.admits(RelativeError(max: 0, relativeL2: .nan)))
      #expect(!tolerance.admits(RelativeError(of: [.nan, 1], from: [1, 1])))
    }
  }
}
