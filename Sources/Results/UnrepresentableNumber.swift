import Foundation

/// A number of a JSON text that no `Double` can hold, such as 1e999 or 1e-400. The decoder takes the whole text for no
/// JSON then, and does not say where.
struct UnrepresentableNumber: Equatable {
  /// The last key before it; empty where there is none.
  let key: String
  let text: String

  /// The first one of a text, which need not be JSON.
  static func first(in json: Data) -> UnrepresentableNumber? {
    let bytes = [UInt8](json)
    var (key, index) = ("", 0)
    while index < bytes.count {
      let start = index
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index = endOfString(bytes, from: index)
        let next = bytes[index...].first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        if next == UInt8(ascii: ":") { key = String(decoding: bytes[start + 1..<index - 1], as: UTF8.self) }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        index = bytes[index...].firstIndex { !"0123456789+-.eE".utf8.contains($0) } ?? bytes.count
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isUnrepresentable(text) { return UnrepresentableNumber(key: key, text: text) }
      default: index += 1
      }
    }
    return nil
  }

  /// Behind the quotation mark that ends the string, or the text.
  private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\"") { return index + 1 }
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return bytes.count
  }

  /// `Double` makes infinity of what is too large, and 0 of what is too small.
  private static func isUnrepresentable(_ text: String) -> Bool {
    guard let value = Double(text) else { return false }
    let mantissa = text.prefix { $0 != "e" && $0 != "E" }
    // The comparison with 0 would take a denormal for one where the processor flushes them.
    return value.isInfinite || value.magnitude.bitPattern == 0 && mantissa.contains { ("1"..."9").contains($0) }
  }
}
