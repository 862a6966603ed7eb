import RealModule

/// The regularised incomplete beta function I_x(a, b). It is the distribution function of the beta distribution and
/// gives those of Student's t and Fisher's F.
///
/// Source: the continued fraction of Abramowitz & Stegun 26.5.8, evaluated forwards by the method of Lentz 1976.
func regularisedIncompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // The fraction converges fast below the mean; above it, I_x(a, b) = 1 - I_{1-x}(b, a) is used.
  if x > (a + 1) / (a + b + 2) { return 1 - regularisedIncompleteBeta(1 - x, b, a) }

  let logFront =
    Double.logGamma(a + b) - Double.logGamma(a) - Double.logGamma(b) + a * Double.log(x) + b * Double.log(onePlus: -x)
  var numerator = 1.0
  var denominator = 1 / notZero(1 - (a + b) * x / (a + 1))
  var fraction = denominator
  for step in 1...1000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    for coefficient in [even, odd] {
      numerator = notZero(1 + coefficient / numerator)
      denominator = 1 / notZero(1 + coefficient * denominator)
      fraction *= numerator * denominator
    }
    if abs(numerator * denominator - 1) < 1e-15 { break }
  }
  return Double.exp(logFront) * fraction / a
}

/// Replaces values near zero, because Lentz's method divides by them.
private func notZero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
