import RealModule

/// A reason in the durations themselves not to trust them. It is carried with the numbers, so that no table can lose
/// it.
package enum Warning: Equatable, Sendable, CustomStringConvertible {
  case tooFewSamples(count: Int)
  /// - ratio: the first duration over the median
  case slowFirstStep(ratio: Double)
  /// - change: relative, from the first third of the steps to the last; negative where they became faster
  case drift(change: Double, pValue: Double)
  case outliers(count: Int, of: Int)
  /// - relativeWidth: the width of the median's 95 % interval over the median
  case wideInterval(relativeWidth: Double)

  /// With fewer samples, percentiles and the interval mean little: of ten, the interval of the median runs from the
  /// second smallest to the second largest, so that one disturbed step cannot move it.
  static let enoughSamples = 10
  /// A first step outside the fences is harmless unless it takes this many times the median.
  static let slowFirstRatio = 1.1
  static let driftPValue = 0.01
  /// Smaller changes may be real, but do not matter.
  static let driftChange = 0.01
  static let outlierShare = 0.05
  static let intervalWidth = 0.05

  package var description: String {
    switch self {
    case .tooFewSamples(let count):
      "\(count) timed step\(count == 1 ? " is" : "s are") too few for percentiles and intervals; "
        + "measure \(Self.enoughSamples) or more (--num-batches)."
    case .slowFirstStep(let ratio):
      "The first timed step took \(rounded(ratio, 2)) times the median; use more burn-in (--burn-in)."
    case .drift(let change, let pValue):
      "Steps became \(rounded(abs(change) * 100, 1)) % \(change > 0 ? "slower" : "faster") from the first third to the "
        + "last (Spearman, p \(pValue < 0.0001 ? "< 0.0001" : "= \(rounded(pValue, 4))")); the clock frequency or other "
        + "processes may have changed."
    case .outliers(let count, let total):
      "\(count) of \(total) steps lie outside Tukey's fences; something else ran, or the system interfered."
    case .wideInterval(let width):
      "The 95 % interval spans \(rounded(width * 100, 1)) % of the median; measure more steps or on a quieter machine."
    }
  }

  static func all(
    _ samples: [Double], median: Double, interval: ClosedRange<Double>, fences: TukeyFences, drift: Spearman?
  ) -> [Warning] {
    guard samples.count >= enoughSamples else { return [.tooFewSamples(count: samples.count)] }
    var warnings: [Warning] = []
    let first = samples[0]
    if first > fences.upper, first > slowFirstRatio * median {
      warnings.append(.slowFirstStep(ratio: first / median))
    }
    if let drift, drift.pValue < driftPValue {
      let third = samples.count / 3
      let change = Statistics.median(Array(samples.suffix(third))) / Statistics.median(Array(samples.prefix(third))) - 1
      if abs(change) > driftChange { warnings.append(.drift(change: change, pValue: drift.pValue)) }
    }
    let outliers = samples.count { !fences.contains($0) }
    if Double(outliers) > outlierShare * Double(samples.count) {
      warnings.append(.outliers(count: outliers, of: samples.count))
    }
    let width = (interval.upperBound - interval.lowerBound) / median
    if width > intervalWidth { warnings.append(.wideInterval(relativeWidth: width)) }
    return warnings
  }
}

/// Rounds to so many decimals; trailing zeros are left out.
private func rounded(_ value: Double, _ decimals: Int) -> String {
  let scale = Double.pow(10, decimals)
  return "\((value * scale).rounded() / scale)"
}
