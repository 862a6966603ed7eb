/// A clock with two times: one to measure with and one to print.
package protocol Clock: Sendable {
  /// Nanoseconds since a fixed moment. It is never set back or adjusted.
  var nanoseconds: UInt64 { get }
  /// The time of day, which may jump.
  var wallTime: WallTime { get }
}

extension Clock {
  /// Seconds since an earlier reading of `nanoseconds`.
  package func seconds(since start: UInt64) -> Double { Double(nanoseconds - start) / 1e9 }
}
