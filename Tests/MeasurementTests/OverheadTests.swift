import Measurement
import Testing

@Suite struct OverheadTests {
  @Test func stepsFollowEachOtherWithinFiveMicroseconds() {
    let gap = HarnessGap.measured()
    #expect(gap > 0 && gap < 5e-6, "\(gap) s")
  }
}
