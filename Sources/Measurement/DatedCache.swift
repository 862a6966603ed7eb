import Foundation

/// A measurement that knows when it was made.
package protocol Dated {
  /// Seconds since the beginning of 1970, UTC.
  var measuredAt: Int64 { get }
}

/// Remembers measurements of this machine by key, in a JSON file, for seven days.
///
/// A file that is missing, damaged or not writable is no error.
package struct DatedCache<Value: Codable & Dated> {
  private let path: String?
  private let clock: any Clock

  /// - Parameter path: of the file; nil for no cache
  package init(path: String?, clock: any Clock = MonotonicClock()) {
    self.path = path
    self.clock = clock
  }

  /// Seconds since the beginning of 1970, UTC.
  package var now: Int64 { clock.wallTime.microseconds / 1_000_000 }

  /// The measurement of this key, if the last seven days have one. Older ones do not count, because firmware, cooling
  /// and neighbours change; nor do those of the future, which a clock that was set back has left.
  package subscript(key: String) -> Value? {
    guard let value = stored()[key], (0..<CachePlace.lifetime).contains(now - value.measuredAt) else { return nil }
    return value
  }

  /// Puts `value` in the place of what is there.
  package func store(_ value: Value, for key: String) {
    guard let path else { return }
    var values = stored()
    values[key] = value
    let file = URL(fileURLWithPath: path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    // If this fails, the next run only lacks this measurement.
    try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? encoder.encode(values).write(to: file, options: .atomic)
  }

  private func stored() -> [String: Value] {
    guard let path, let json = FileManager.default.contents(atPath: path) else { return [:] }
    return (try? JSONDecoder().decode([String: Value].self, from: json)) ?? [:]
  }
}

/// Where measurements of this machine are kept, and how long.
package enum CachePlace {
  /// Seven days in seconds.
  package static let lifetime: Int64 = 7 * 24 * 3600

  /// The file `bench/NAME` under `$XDG_CACHE_HOME`, or else under `~/.cache`.
  package static func path(
    _ name: String, _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    // The XDG specification says to ignore relative paths.
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/bench/\(name)" }
    if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.cache/bench/\(name)" }
    return nil
  }
}
