/// A 64-bit digest of memory, for the question whether two ranks hold the same. It withstands accidents, not forgers.
package struct Digest: Sendable {
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let multiplier: UInt64 = 0x9e37_79b9_7f4a_7c15

  package init() {}

  /// Adds bytes to what came before.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var (value, offset) = (value ^ UInt64(bytes.count), 0)
    while offset + 8 <= bytes.count {
      value = Self.mixed(value, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    for index in offset..<bytes.count { value = Self.mixed(value, UInt64(bytes[index])) }
    self.value = value
  }

  /// Sixteen digits of base 16.
  package var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func mixed(_ value: UInt64, _ word: UInt64) -> UInt64 {
    let product = (value ^ word) &* multiplier
    return product ^ (product >> 29)
  }
}
