import Foundation
import Measurement

/// A workload whose steps take the given times, repeated from the first one.
final class FakeWorkload: Workload {
  private let seconds: [Double]
  private let clock: ManualClock
  private(set) var steps = 0
  var afterStep: (Int) -> Void = { _ in }

  init(seconds: [Double], clock: ManualClock) {
    self.seconds = seconds
    self.clock = clock
  }

  func step() {
    clock.advance(seconds: seconds[steps % seconds.count])
    steps += 1
    afterStep(steps)
  }
}

/// An observer that writes down its calls.
final class Notes: Observer {
  private(set) var events: [String] = []
  /// Is called between two steps; no duration may contain its time.
  var betweenSteps: () -> Void = {}

  func timingBegins() {
    events.append("begin")
    betweenSteps()
  }
  func finished(step: Int, duration: Double) {
    events.append("step \(step)")
    betweenSteps()
  }
  func timingEnded(_ samples: Samples) { events.append("end \(samples.durations.count)") }
}

/// Steps of 0.542 to 0.546 s, as in the published tables.
let publishedSteps = [0.542, 0.543, 0.544, 0.545, 0.546, 0.546, 0.546, 0.546, 0.546, 0.546]

/// Noon of 31 January 2026 in the local time of this machine, with these microseconds.
func noon(microseconds: Int64 = 0) -> WallTime {
  var time = tm()
  (time.tm_year, time.tm_mon, time.tm_mday, time.tm_hour, time.tm_isdst) = (126, 0, 31, 12, -1)
  return WallTime(microseconds: Int64(mktime(&time)) * 1_000_000 + microseconds)
}
