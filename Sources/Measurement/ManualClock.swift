import Synchronization

/// A clock that moves only when it is told to, so that tests are exact.
package final class ManualClock: Clock {
  private let elapsed = Atomic<UInt64>(0)
  private let start: WallTime

  /// - Parameter start: the time of day when `nanoseconds` is 0.
  package init(start: WallTime = WallTime(microseconds: 0)) { self.start = start }

  package var nanoseconds: UInt64 { elapsed.load(ordering: .relaxed) }
  package var wallTime: WallTime { WallTime(microseconds: start.microseconds + Int64(nanoseconds / 1000)) }

  package func advance(seconds: Double) {
    elapsed.add(UInt64((seconds * 1e9).rounded()), ordering: .relaxed)
  }
}
