import Results
import Statistics
import Terms

/// How steps are printed and summed up in the classic lines.
package enum TimingProtocol: String, CaseIterable, Sendable {
  /// Every timed step counts; +/- is the population standard deviation.
  case classic
  /// The first published scripts, which skip one sample but divide by the number of all: for checking old tables.
  case classic2015 = "classic-2015"

  /// Whether step `step`, burn-in included, enters the sums and may be printed.
  func counts(_ step: Int, burnIn: Int) -> Bool {
    switch self {
    case .classic: step >= burnIn
    case .classic2015: step > burnIn
    }
  }

  /// Mean and +/- as the closing line prints them, in seconds.
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
