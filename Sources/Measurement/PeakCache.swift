import Foundation

/// Remembers the highest peak that was measured on this machine. Other programs can only lower a measurement, and a
/// percentage of a low peak flatters.
///
/// A cache file that is missing, damaged or not writable is no error.
package struct PeakCache {
  /// Cache key: CPU model, instruction set, thread count and metric.
  package struct Key {
    let text: String

    /// The key of a multiply-add peak.
    /// - Parameter version: is raised when the measurement itself changes
    package init(cpuModel: String, instructionSet: String, threads: Int, version: Int) {
      text = "\(cpuModel) | \(instructionSet) | \(threads) threads | version \(version)"
    }

    /// The key of a memory bandwidth, which no instruction set changes.
    package init(memoryOf cpuModel: String, threads: Int, version: Int) {
      self.init(cpuModel: cpuModel, instructionSet: "memory", threads: threads, version: version)
    }
  }

  private struct Entry: Codable {
    /// Floating-point operations or bytes per second.
    let rate: Double
    let measuredAt: Int64

    enum CodingKeys: String, CodingKey {
      case rate = "rate_per_s"
      case measuredAt = "measured_at_unix_s"
    }
  }

  /// Seven days in seconds. Older peaks do not count, because firmware, cooling and neighbours change.
  static let lifetime: Int64 = 7 * 24 * 3600

  private let path: String?
  private let clock: any Clock

  /// - Parameter path: of the cache file; nil for no cache
  package init(path: String? = Self.defaultPath(), clock: any Clock = MonotonicClock()) {
    self.path = path
    self.clock = clock
  }

  /// `bench/peak.json` under `$XDG_CACHE_HOME`, or else under `~/.cache`.
  package static func defaultPath(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    // The XDG specification says to ignore relative paths.
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/bench/peak.json" }
    if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.cache/bench/peak.json" }
    return nil
  }

  /// The peak that `measure` returns, in FLOP/s or bytes/s, or a higher one of the last seven days.
  package func peak(_ key: Key, measure: () throws -> Double) rethrows -> Double {
    let measured = try measure()
    var entries = stored()
    let now = clock.wallTime.microseconds / 1_000_000
    if let entry = entries[key.text], (0..<Self.lifetime).contains(now - entry.measuredAt), entry.rate >= measured {
      return entry.rate
    }
    entries[key.text] = Entry(rate: measured, measuredAt: now)
    store(entries)
    return measured
  }

  private func stored() -> [String: Entry] {
    guard let path, let json = FileManager.default.contents(atPath: path) else { return [:] }
    return (try? JSONDecoder().decode([String: Entry].self, from: json)) ?? [:]
  }

  private func store(_ entries: [String: Entry]) {
    guard let path else { return }
    let file = URL(fileURLWithPath: path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    // If this fails, the next run only lacks today's peak.
    try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? encoder.encode(entries).write(to: file, options: .atomic)
  }
}
