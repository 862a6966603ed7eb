import RealModule

/// The standard normal distribution.
package enum NormalDistribution {
  /// P(Z <= z), accurate in both tails.
  package static func atMost(_ z: Double) -> Double { Double.erfc(-z / 2.0.squareRoot()) / 2 }

  /// P(Z >= z).
  package static func atLeast(_ z: Double) -> Double { atMost(-z) }

  /// The z with P(Z <= z) = `probability`, to about 1e-12. It is found by bisection, because no caller needs it fast.
  package static func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile needs a probability between 0 and 1")
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if atMost(middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
