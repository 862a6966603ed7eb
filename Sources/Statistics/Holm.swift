/// Adjusts the p-values of several tests, so that the probability of even one false rejection stays below the level
/// that they are compared with. The order stays as given.
///
/// Source: Holm 1979, "A simple sequentially rejective multiple test procedure".
package func holm(_ pValues: [Double]) -> [Double] {
  var adjusted = pValues
  var largest = 0.0
  for (position, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
    largest = max(largest, min(1, pValues[index] * Double(pValues.count - position)))
    adjusted[index] = largest
  }
  return adjusted
}
