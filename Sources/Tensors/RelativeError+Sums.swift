extension RelativeError {
  /// What both norms are made of. Parts of a tensor can be added up on several threads.
  package struct Sums: Sendable {
    private var (largestError, largest, errorSquares, squares, count) = (0.0, 0.0, 0.0, 0.0, 0.0)

    package init() {}

    package mutating func add(_ value: Float, _ expected: Double) {
      let error = abs(Double(value) - expected)
      // This comparison skips a NaN; the sum of squares keeps it.
      if error > largestError { largestError = error }
      largest = Swift.max(largest, abs(expected))
      errorSquares += error * error
      squares += expected * expected
      count += 1
    }

    package mutating func add(_ other: Sums) {
      largestError = Swift.max(largestError, other.largestError)
      largest = Swift.max(largest, other.largest)
      errorSquares += other.errorSquares
      squares += other.squares
      count += other.count
    }

    /// The error relative to the reference; see `RelativeError.init(of:from:typical:)`.
    package func error(typical: Double) -> RelativeError {
      let vanishes = squares < count * typical * typical * 1e-6
      return error(
        scale: vanishes ? typical : largest, norm: vanishes ? count * typical * typical : squares)
    }

    /// Standard deviations that the largest of many sums reaches.
    private static let reach = 4.0
    /// So few values say nothing about a norm: the largest of them decides.
    private static let fewest = 64.0

    /// The error relative to what was added up, not to what is left of it. A sum that happens to cancel has the
    /// rounding errors of its products, and no tolerance relative to its value would admit them. Of many values both are
    /// the same; of a few, all may happen to be small.
    ///
    /// - Parameter deviation: the root of the sum of squared products, for which random signs stand: what the sum would
    ///   be on average. Equal products have |products| add up to the root of their number times that.
    package func error(deviation: Double) -> RelativeError {
      error(
        scale: Swift.max(largest, Self.reach * deviation),
        norm: Swift.max(squares, Swift.max(count, Self.fewest) * deviation * deviation))
    }

    private func error(scale: Double, norm: Double) -> RelativeError {
      RelativeError(
        max: errorSquares.isNaN ? .nan : largestError == 0 ? 0 : largestError / scale,
        relativeL2: errorSquares == 0 ? 0 : (errorSquares / norm).squareRoot())
    }
  }
}
