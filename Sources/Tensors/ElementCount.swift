/// The number of elements of a tensor of this shape; nil where a size is negative or the product reaches 2^48, which no
/// memory holds.
///
/// Sizes from a file or the command line are checked here before other code multiplies them unchecked. Below the limit,
/// bytes and small multiples of them do not overflow.
package func elementCount(_ shape: [Int]) -> Int? {
  var count = 1
  for size in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: size)
    guard size >= 0, !overflow, product < 1 << 48 else { return nil }
    count = product
  }
  return count
}
