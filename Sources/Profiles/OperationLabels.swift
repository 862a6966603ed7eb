/// Finds the label of an operation on a stack: three frames that follow each other and are called
/// `cclosure_digit_0` to `cclosure_digit_f`, the first digit outermost.
enum OperationLabels {
  /// The hexadecimal digits of a label. A sample at the beginning of such a function may see fewer.
  static let digitCount = 3
  private static let prefix = "cclosure_digit_"

  /// The digit that a function stands for.
  static func digit(_ symbol: String) -> Int? {
    guard symbol.hasPrefix(prefix), symbol.utf8.count == prefix.utf8.count + 1 else { return nil }
    return symbol.last?.hexDigitValue
  }

  /// The innermost whole label of a stack.
  /// - Parameter digits: the digit of each frame, nil for other functions; outermost frame first
  /// - Returns: the label, and the index of the first frame inside it
  static func label(in digits: [Int?]) -> (number: Int, inside: Int)? {
    var end = digits.count
    while end >= digitCount {
      let candidate = digits[end - digitCount..<end]
      if candidate.allSatisfy({ $0 != nil }) { return (candidate.reduce(0) { 16 * $0 + $1! }, end) }
      end -= 1
    }
    return nil
  }
}
