/// The mean and the standard deviation in one pass, without the cancellation of E[x^2] - E[x]^2.
///
/// Source: Welford 1962, "Note on a method for calculating corrected sums of squares and products".
package struct Welford: Sendable {
  package private(set) var count = 0
  package private(set) var mean = 0.0
  /// The sum of the squared distances from the mean.
  private var squares = 0.0

  package init(_ samples: some Sequence<Double> = []) {
    for sample in samples { add(sample) }
  }

  package mutating func add(_ sample: Double) {
    count += 1
    let distance = sample - mean
    mean += distance / Double(count)
    squares += distance * (sample - mean)
  }

  /// The deviation divided by n; 0 where there are no samples.
  package var populationDeviation: Double { count == 0 ? 0 : (squares / Double(count)).squareRoot() }

  /// The deviation divided by n - 1; 0 for fewer than two samples.
  package var sampleDeviation: Double { count < 2 ? 0 : (squares / Double(count - 1)).squareRoot() }
}
