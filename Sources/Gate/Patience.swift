import Measurement

/// How long a gate waits for an answer of a worker.
struct Patience: Sendable {
  /// The seconds that any answer may take.
  let timeout: Double
  /// The seconds that it may still take after a request to stop, or when the time for the measurement is over.
  var grace = Watchdog.usualGrace
  var interruption: Interruption?
  /// When the time for the measurement is over, in nanoseconds of the monotonic clock; nil for never.
  var end: Int64?

  init(timeout: Double) { self.timeout = timeout }

  /// Whether an answer is not worth waiting for any more.
  var isOver: Bool {
    if let elapsed = interruption?.elapsed, elapsed > grace { return true }
    return end.map { Double(Int64(MonotonicClock().nanoseconds) - $0) / 1e9 > grace } ?? false
  }
}
