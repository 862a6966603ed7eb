/// Confidence intervals by resampling: the percentile method of Efron 1979.
package struct Bootstrap: Sendable {
  package let resamples: Int
  package let seed: UInt64
  /// The probability that an interval covers the true value.
  package let confidence: Double

  package init(resamples: Int = 2000, seed: UInt64 = 1, confidence: Double = 0.95) {
    precondition(resamples >= 1 && confidence > 0 && confidence < 1, "resamples and 0 < confidence < 1 are needed")
    self.resamples = resamples
    self.seed = seed
    self.confidence = confidence
  }

  /// The interval of a statistic that does not depend on the order of the samples.
  /// - Parameters:
  ///   - samples: in ascending order; at least one
  ///   - statistic: is given each resample in ascending order
  /// - Complexity: O(`resamples` x samples), because ranks are counted and no resample is sorted.
  package func interval(ofSorted samples: [Double], _ statistic: ([Double]) -> Double) -> ClosedRange<Double> {
    precondition(!samples.isEmpty, "no samples have no interval")
    var random = SplitMix64(seed: seed)
    var resample = samples
    var values: [Double] = []
    values.reserveCapacity(resamples)
    for _ in 0..<resamples {
      var counts = [Int](repeating: 0, count: samples.count)
      for _ in samples { counts[random.next(below: samples.count)] += 1 }
      var filled = 0
      for (rank, count) in counts.enumerated() {
        for _ in 0..<count {
          resample[filled] = samples[rank]
          filled += 1
        }
      }
      values.append(statistic(resample))
    }
    values.sort()
    let tail = (1 - confidence) / 2
    return quantile(tail, ofSorted: values)...quantile(1 - tail, ofSorted: values)
  }
}
