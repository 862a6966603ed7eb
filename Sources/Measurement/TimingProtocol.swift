import Results
import Statistics
import Terms

/// How the classic lines print steps and sum them up.
package enum TimingProtocol: String, CaseIterable, Sendable {
  /// Counts every timed step; +/- is the population standard deviation.
  case classic
  /// Reproduces the first published scripts, which skip one sample but divide by the number of all. It serves to check
  /// old tables.
  case classic2015 = "classic-2015"

  /// Whether timed step `number`, counted from 0, enters the sums and may be printed.
  func counts(_ number: Int) -> Bool {
    switch self {
    case .classic: true
    case .classic2015: number > 0
    }
  }

  /// The mean and the +/- of the closing line, in seconds.
  package func meanAndDeviation(_ durations: [Double]) -> (mean: Double, deviation: Double) {
    switch self {
    case .classic:
      // Welford's mean differs in the last bit, which can turn the last digit printed.
      return (durations.reduce(0, +) / Double(durations.count), Welford(durations).populationDeviation)
    case .classic2015:
      let (counted, count) = (durations.dropFirst(), Double(durations.count))
      let mean = counted.reduce(0, +) / count
      let variance = counted.reduce(0) { $0 + $1 * $1 } / count - mean * mean
      // The skipped sample keeps this above zero, but it is a difference of rounded sums: trust it no further.
      return (mean, max(variance, 0).squareRoot())
    }
  }
}

extension Pass {
  /// The name of the pass in the classic lines.
  package var infoString: String {
    switch self {
    case .forward: "Forward"
    case .forwardBackward: "Forward-backward"
    case .train: "Train"
    }
  }
}
