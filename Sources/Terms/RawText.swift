/// Text of the system that need not be UTF-8, such as a path, as a `String` from which its bytes can be had again.
///
/// A byte that is no UTF-8 becomes a scalar at the end of the last private plane, which no text uses.
package enum RawText {
  private static let first: UInt32 = 0x10_ff00

  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var rest = bytes[...]
    while let byte = rest.first {
      // The longest start of a scalar is four bytes.
      let length = (1...4).first { count in
        rest.count >= count && String(validating: rest.prefix(count), as: UTF8.self)?.unicodeScalars.count == 1
      }
      if let length {
        text.unicodeScalars.append(contentsOf: String(decoding: rest.prefix(length), as: UTF8.self).unicodeScalars)
      } else {
        text.unicodeScalars.append(Unicode.Scalar(first + UInt32(byte))!)
      }
      rest.removeFirst(length ?? 1)
    }
    return text
  }

  package static func bytes(_ text: String) -> [UInt8] {
    guard text.unicodeScalars.contains(where: { $0.value >= first }) else { return Array(text.utf8) }
    return text.unicodeScalars.flatMap { scalar -> [UInt8] in
      let isByte = scalar.value >= first && scalar.value <= first + 0xff
      return isByte ? [UInt8(scalar.value - first)] : Array(String(scalar).utf8)
    }
  }
}

extension String {
  /// The bytes that the system's calls take for this path, with a zero at the end.
  package var systemPath: [CChar] { RawText.bytes(self).map { CChar(bitPattern: $0) } + [0] }
}
