/// Measures the time between two steps. It is not part of any step, but in it caches cool and workers fall asleep.
package enum HarnessGap {
  /// The median time from the end of a step to the beginning of the next one, in seconds. The classic lines are made
  /// meanwhile, but not printed.
  package static func measured(steps: Int = 10_000) -> Double {
    let clock = MonotonicClock()
    let workload = Stamps(clock: clock, capacity: steps)
    let classic = ClassicLines(.classic, pass: .forward, clock: clock) { _ in }
    _ = measure(
      workload, plan: MeasurementPlan(burnIn: 0, batches: steps, maxTime: 60), clock: clock,
      interruption: Interruption(), observer: Observers([classic]))
    let gaps = zip(workload.ends, workload.starts.dropFirst()).map { end, start in start - end }.sorted()
    return Double(gaps[gaps.count / 2]) / 1e9
  }

  /// A workload that only notes when its steps begin and end.
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
