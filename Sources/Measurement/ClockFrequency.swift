import CCounters

/// Measures the frequency at which the calling thread's core runs now.
package enum ClockFrequency {
  /// Additions of one chunk, one to two milliseconds long.
  private static let additions: UInt64 = 1 << 22

  /// The cycles per second, as a chain of dependent additions shows them: each takes one cycle. The time stamp counter
  /// has a fixed frequency, and what the system reports is often a nominal one.
  ///
  /// It takes 30 ms, in which an idle core has time to speed up. The core may run faster than in a step, where all cores
  /// are busy with wide vectors, so compare it only with itself.
  ///
  /// - Returns: nil on processors for which there is no such chain
  package static func measure() -> Double? {
    guard ccounters_dependent_additions(1) > 0 else { return nil }
    return bestRate(duration: 0.03) { Double(ccounters_dependent_additions(additions)) }
  }
}
