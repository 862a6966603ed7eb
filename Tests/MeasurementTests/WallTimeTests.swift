import Measurement
import Testing

@Suite struct WallTimeTests {
  @Test func printsAsPythonDoes() {
    #expect(noon(microseconds: 123_456).pythonText == "2026-01-31 12:00:00.123456")
    #expect(noon(microseconds: 1).pythonText == "2026-01-31 12:00:00.000001")
    #expect(noon(microseconds: 100_000).pythonText == "2026-01-31 12:00:00.100000")
    #expect(noon().pythonText == "2026-01-31 12:00:00")
  }

  @Test func iso8601IsUTC() {
    #expect(WallTime(microseconds: 0).iso8601 == "1970-01-01T00:00:00.000000Z")
    #expect(WallTime(microseconds: 1_769_860_800_123_456).iso8601 == "2026-01-31T12:00:00.123456Z")
    #expect(WallTime(microseconds: -1).iso8601 == "1969-12-31T23:59:59.999999Z")
  }

  @Test func manualClockMovesBothTimes() {
    let clock = ManualClock(start: noon(microseconds: 999_999))
    clock.advance(seconds: 1e-6)
    #expect(clock.nanoseconds == 1000)
    #expect(clock.wallTime.pythonText == "2026-01-31 12:00:01")
    #expect(clock.seconds(since: 0) == 1e-6)
  }

  @Test func monotonicClockIsToday() {
    #expect(MonotonicClock().wallTime.microseconds > 1_767_225_600_000_000)
  }
}
