import Testing

@testable import Analysis

@Suite struct TuningRuleTests {
  private func steady(_ time: Double) -> [Double] { (0..<15).map { time * (1 + 0.02 * Double($0)) } }

  @Test(arguments: [([1.0, 2.0], 0), ([2.0, 1.0], 1), ([1.005, 1.0], 0), ([1.02, 1.0], 1), ([1.5, 1.004, 1.0], 1)])
  func firstThatIsHardlySlowerWins(_ times: [Double], _ chosen: Int) {
    #expect(TuningRule.choose(times.map(steady)) == chosen)
  }

  /// 5 % are nothing where rounds differ by 40 %.
  @Test func noiseIsATie() {
    let noisy = (0..<15).map { $0.isMultiple(of: 2) ? 0.8 : 1.2 }
    let shifted = (0..<15).map { $0.isMultiple(of: 2) ? 1.15 : 0.76 }
    #expect(TuningRule.choose([noisy, shifted]) == 0 && TuningRule.choose([shifted, noisy]) == 0)
  }

  @Test func oneCandidateIsChosen() { #expect(TuningRule.choose([[1]]) == 0) }
}
