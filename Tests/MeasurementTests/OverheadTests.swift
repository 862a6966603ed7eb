import Measurement
import Results
import Testing

/// What the harness does between two steps is not timed, but it cools the caches and lets workers fall asleep.
@Suite struct OverheadTests {
  @Test func stepsFollowEachOtherWithinFiveMicroseconds() {
    let clock = MonotonicClock()
    let workload = Stamps(clock: clock, capacity: 20_000)
    var lines = 0
    let classic = ClassicLines(.classic, pass: .forward, burnIn: 10, clock: clock) { _ in lines += 1 }
    _ = measure(
      workload, plan: MeasurementPlan(burnIn: 10, batches: 10_000, maxTime: 60), clock: clock,
      interruption: Interruption(), observer: Observers([classic]))
    #expect(lines == 1001)
    let gaps = zip(workload.ends, workload.starts.dropFirst()).map { end, start in start - end }.sorted()
    // In nanoseconds; the median, since the machine may be busy.
    #expect(gaps[gaps.count / 2] < 5_000, "median \(gaps[gaps.count / 2]) ns")
  }

  /// Notes when its steps begin and end, and does nothing.
  private final class Stamps: Workload {
    private let clock: MonotonicClock
    private(set) var starts: [UInt64] = []
    private(set) var ends: [UInt64] = []

    init(clock: MonotonicClock, capacity: Int) {
      self.clock = clock
      starts.reserveCapacity(capacity)
      ends.reserveCapacity(capacity)
    }

    func step() {
      starts.append(clock.nanoseconds)
      ends.append(clock.nanoseconds)
    }
  }
}
