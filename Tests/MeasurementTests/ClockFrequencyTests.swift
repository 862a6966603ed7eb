import CCounters
import Measurement
import Testing

@Suite struct ClockFrequencyTests {
  @Test func frequencyIsThatOfAProcessor() throws {
    #if arch(x86_64) || arch(arm64)
      // Other tests take the core away at times, so the bounds are wide.
      #expect((0.2e9..<8e9).contains(try #require(ClockFrequency.measure())))
    #endif
  }

  @Test func additionsAreAllDone() {
    #if arch(x86_64) || arch(arm64)
      #expect(ccounters_dependent_additions(1 << 12) == 1 << 12)
      #expect(ccounters_dependent_additions(1) == 16)
    #endif
  }
}
