/// The bounds beyond which a sample counts as an outlier. They lie 1.5 interquartile ranges outside the quartiles.
///
/// Source: Tukey 1977, "Exploratory Data Analysis". 0.7 % of normal samples lie outside.
package struct TukeyFences: Equatable, Sendable {
  package let lower: Double
  package let upper: Double

  /// - Parameter samples: in ascending order; at least one.
  package init(ofSorted samples: [Double]) {
    let (first, third) = (quantile(0.25, ofSorted: samples), quantile(0.75, ofSorted: samples))
    lower = first - 1.5 * (third - first)
    upper = third + 1.5 * (third - first)
  }

  package func contains(_ sample: Double) -> Bool { lower <= sample && sample <= upper }
}
