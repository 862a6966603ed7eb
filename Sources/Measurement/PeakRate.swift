/// The best rate that `chunk` reaches, in operations per second. The best one counts, because interruptions only ever
/// make a chunk slower.
/// - Parameters:
///   - duration: how long to repeat `chunk`, in seconds; it is run at least three times
///   - chunk: does some work of about a millisecond or more and returns its number of operations
package func bestRate(
  duration: Double = 0.3, clock: some Clock = MonotonicClock(), of chunk: () -> Double
) -> Double {
  let start = clock.nanoseconds
  var (best, chunks) = (0.0, 0)
  while chunks < 3 || clock.seconds(since: start) < duration {
    let before = clock.nanoseconds
    let operations = chunk()
    let elapsed = clock.seconds(since: before)
    if elapsed > 0 { best = max(best, operations / elapsed) }
    chunks += 1
  }
  return best
}
