/// What the measured loop does between two steps: it is not timed, but it cools the caches and lets workers fall asleep.
package enum HarnessGap {
  /// The median time from the end of a step to the beginning of the next one, in seconds, while the classic lines are made
  /// but not printed.
  package static func measured(steps: Int = 10_000) -> Double {
    let clock = MonotonicClock()
    let workload = Stamps(clock: clock, capacity: steps)
    let classic = ClassicLines(.classic, pass: .forward, burnIn: 0, clock: clock) { _ in }
    _ = measure(
      workload, plan: MeasurementPlan(burnIn: 0, batches: steps, maxTime: 60), clock: clock,
      interruption: Interruption(), observer: Observers([classic]))
    let gaps = zip(workload.ends, workload.starts.dropFirst()).map { end, start in start - end }.sorted()
    return Double(gaps[gaps.count / 2]) / 1e9
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
