/// The middle sample, or the mean of the two middle ones.
package func median(_ samples: [Double]) -> Double { median(ofSorted: samples.sorted()) }

/// The median of samples in ascending order.
package func median(ofSorted samples: [Double]) -> Double {
  precondition(!samples.isEmpty, "no samples have no median")
  let middle = samples.count / 2
  if !samples.count.isMultiple(of: 2) { return samples[middle] }
  return samples[middle - 1] + (samples[middle] - samples[middle - 1]) / 2
}

/// The value below which `fraction` of the samples lie, interpolated linearly between the two nearest samples.
///
/// This is definition 7 of Hyndman & Fan 1996, which numpy and R use: sample k of n, counted from 0, is the quantile
/// k / (n - 1).
/// - Parameters:
///   - fraction: from 0, the minimum, to 1, the maximum
///   - samples: in ascending order
package func quantile(_ fraction: Double, ofSorted samples: [Double]) -> Double {
  precondition(!samples.isEmpty && (0...1).contains(fraction), "a quantile needs samples and a fraction of 0 to 1")
  let position = fraction * Double(samples.count - 1)
  let below = Int(position)
  let above = min(below + 1, samples.count - 1)
  return samples[below] + (samples[above] - samples[below]) * (position - Double(below))
}

/// The 95 % interval of the median of many samples: the samples between which it lies by the binomial distribution of
/// their number below it, here the normal one.
/// - Parameter samples: in ascending order; a hundred or more
func medianBounds(ofSorted samples: [Double]) -> ClosedRange<Double> {
  let (half, reach) = (Double(samples.count) / 2, 1.96 * Double(samples.count).squareRoot() / 2)
  let (first, last) = (Int((half - reach).rounded(.down)), Int((half + reach).rounded(.up)))
  return samples[max(first, 0)]...samples[min(last, samples.count - 1)]
}

/// The median absolute distance from the median. It is not scaled to match a standard deviation.
///
/// Distances grow on both sides of the median, so a walk outwards from it meets them in ascending order: linear time.
/// - Parameter samples: in ascending order
package func medianAbsoluteDeviation(ofSorted samples: [Double]) -> Double {
  let centre = median(ofSorted: samples)
  let middle = samples.count / 2
  var (below, above) = (middle - 1, middle)
  func next() -> Double {
    let (left, right) = (
      below >= 0 ? centre - samples[below] : .infinity, above < samples.count ? samples[above] - centre : .infinity
    )
    if left < right { below -= 1 } else { above += 1 }
    return min(left, right)
  }
  for _ in 0..<(samples.count - 1) / 2 { _ = next() }
  let nearer = next()
  return samples.count.isMultiple(of: 2) ? nearer + (next() - nearer) / 2 : nearer
}
