import Statistics
import Testing

@Suite struct PairedRatioTests {
  /// The machine slows down threefold half-way; the ratio of each round does not.
  @Test func whatSlowsAWholeRoundCancels() throws {
    let machine = (0..<40).map { $0 < 20 ? 1.0 : 3.0 }
    let noise = (0..<40).map { 1 + 0.001 * Double($0 * 7 % 11) }
    let ratio = try #require(
      PairedRatio(zip(machine, noise).map { 0.1 * $0 * $1 }, against: machine.map { 0.2 * $0 }))
    #expect(abs(ratio.ratio - 2 / 1.005) < 0.002)
    #expect(ratio.interval.lowerBound > 1.98 && ratio.interval.upperBound < 2.0)
    #expect(ratio.count == 40)
  }

  @Test func itselfIsOne() throws {
    let ratio = try #require(PairedRatio([0.1, 0.3, 0.2], against: [0.1, 0.3, 0.2]))
    #expect(ratio.ratio == 1 && ratio.interval == 1...1)
  }

  /// Odd rounds favour one side, even rounds the other.
  @Test func noDifferenceLeavesOneInside() throws {
    let first = (0..<30).map { $0.isMultiple(of: 2) ? 0.9 : 1.1 }
    let ratio = try #require(PairedRatio(first, against: [Double](repeating: 1, count: 30)))
    #expect(ratio.interval.contains(1) && abs(ratio.ratio - 1) < 0.02)
  }

  @Test func whatDoesNotBelongTogetherHasNone() {
    #expect(PairedRatio([], against: []) == nil)
    #expect(PairedRatio([1, 2], against: [1]) == nil)
    #expect(PairedRatio([0], against: [1]) == nil)
    #expect(PairedRatio([1], against: [.infinity]) == nil)
  }
}
