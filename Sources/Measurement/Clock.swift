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

extension Clock {
  /// The seconds that one reading costs, at best.
  package func readingCost() -> Double {
    let readings = 1000
    return (0..<10).map { _ in
      let start = nanoseconds
      var last = start
      for _ in 0..<readings { last = nanoseconds }
      return Double(last - start) / Double(readings) / 1e9
    }.min()!
  }
}
