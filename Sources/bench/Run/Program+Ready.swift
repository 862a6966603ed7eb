import Measurement
import Networks

extension Program {
  /// Allocates, fills with random numbers from `seed` and prepares: the program can run.
  ///
  /// - Returns: seconds of this without the filling, which no network needs. With those of planning, a record's `prepare_s`.
  /// - Throws: `Failure` where the system refuses the memory.
  func makeReady(seed: UInt64) throws -> Double {
    let allocating: Double
    do { (_, allocating) = try timed { try allocate() } } catch { throw Failure.failed("\(error)") }
    initialize(seed: seed)
    return allocating + timed { prepare() }.seconds
  }
}

/// What `body` gives, and how many seconds it took.
func timed<Value>(_ body: () throws -> Value) rethrows -> (value: Value, seconds: Double) {
  let clock = MonotonicClock()
  let start = clock.nanoseconds
  let value = try body()
  return (value, clock.seconds(since: start))
}
