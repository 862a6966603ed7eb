import Results

/// Remembers the highest multiply-add peak that was measured on this machine. Other programs can only lower a
/// measurement, and a percentage of a low peak flatters.
package struct PeakCache {
  /// Cache key: CPU model, instruction set and thread count.
  package struct Key {
    let text: String

    /// - Parameter version: is raised when the measurement itself changes
    package init(cpuModel: String, instructionSet: String, threads: Int, version: Int) {
      text = "\(cpuModel) | \(instructionSet) | \(threads) threads | version \(version)"
    }
  }

  /// A peak in FLOP/s.
  package struct Peak: Codable, Dated {
    package let rate: Double
    package let measuredAt: Int64

    enum CodingKeys: String, CodingKey {
      case rate = "rate_per_s"
      case measuredAt = "measured_at_unix_s"
    }
  }

  private let cache: DatedCache<Peak>

  /// - Parameter path: of the cache file; nil for no cache
  package init(path: String? = CachePlace.path("peak.json"), clock: any Clock = MonotonicClock()) {
    cache = DatedCache(path: path, clock: clock)
  }

  /// The highest peak of the last seven days; nil where none was measured.
  /// A number that no machine reaches is that of a damaged file, and forgotten.
  package func remembered(_ key: Key) -> Peak? {
    cache[key.text].flatMap { Plausible.rate.contains($0.rate) ? $0 : nil }
  }

  /// The peak that `measure` returns, in FLOP/s, or a higher one of the last seven days.
  package func peak(_ key: Key, measure: () throws -> Double) rethrows -> Double {
    let measured = try measure()
    if let peak = remembered(key), peak.rate >= measured { return peak.rate }
    return replace(key, with: measured).rate
  }

  /// Forgets what was measured before.
  @discardableResult
  package func replace(_ key: Key, with rate: Double) -> Peak {
    let peak = Peak(rate: rate, measuredAt: cache.now)
    cache.store(peak, for: key.text)
    return peak
  }
}
