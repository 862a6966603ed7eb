import Foundation

/// A time of day to the microsecond.
package struct WallTime: Equatable, Sendable {
  /// Microseconds since the beginning of 1970, UTC.
  package let microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// The local time in the form in which Python prints `datetime.now()`: `2026-01-31 12:00:00.123456`, and
  /// `2026-01-31 12:00:00` where the microseconds are exactly zero.
  package var pythonText: String {
    var (seconds, time) = (time_t(wholeSeconds), tm())
    localtime_r(&seconds, &time)
    return Self.format(time, separator: " ") + (fraction == 0 ? "" : String(format: ".%06d", fraction))
  }

  /// The time in UTC: `2026-01-31T12:00:00.123456Z`.
  package var iso8601: String {
    var (seconds, time) = (time_t(wholeSeconds), tm())
    gmtime_r(&seconds, &time)
    return Self.format(time, separator: "T") + String(format: ".%06dZ", fraction)
  }

  private var wholeSeconds: Int64 { (microseconds - Int64(fraction)) / 1_000_000 }
  private var fraction: Int {
    let remainder = Int(microseconds % 1_000_000)
    return remainder < 0 ? remainder + 1_000_000 : remainder
  }

  private static func format(_ time: tm, separator: String) -> String {
    String(
      format: "%04d-%02d-%02d%@%02d:%02d:%02d", Int(time.tm_year) + 1900, Int(time.tm_mon) + 1, Int(time.tm_mday),
      separator, Int(time.tm_hour), Int(time.tm_min), Int(time.tm_sec))
  }
}
