/// The places of the smallest and of the largest value in each of `count` equally long stretches, in ascending order.
///
/// - Parameter count: at most the number of values
package func extremes(of values: [Double], stretches count: Int) -> [Int] {
  (0..<count).flatMap { stretch -> [Int] in
    let range = stretch * values.count / count..<(stretch + 1) * values.count / count
    var (low, high) = (range.lowerBound, range.lowerBound)
    for index in range {
      if values[index] < values[low] { low = index }
      if values[index] > values[high] { high = index }
    }
    return low == high ? [low] : [min(low, high), max(low, high)]
  }
}
