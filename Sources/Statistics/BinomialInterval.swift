/// The confidence interval of a probability, given how often something happened. It is that of Clopper & Pearson 1934,
/// which covers the true value with at least the confidence asked for.
package func binomialInterval(_ hits: Int, of trials: Int, confidence: Double = 0.95) -> ClosedRange<Double> {
  precondition(trials > 0 && (0...trials).contains(hits), "hits are some of at least one trial")
  let tail = (1 - confidence) / 2
  // P(X <= k) = I_{1-p}(n - k, k + 1), which falls as p rises.
  func bound(_ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
  let (k, n) = (Double(hits), Double(trials))
  let lower = hits == 0 ? 0 : bound { regularisedIncompleteBeta($0, k, n - k + 1) < tail }
  let upper = hits == trials ? 1 : bound { regularisedIncompleteBeta(1 - $0, n - k, k + 1) > tail }
  return lower...upper
}
