/// Bytes that are no ONNX model, or one that cannot be taken, as a sentence without its file.
package struct ONNXError: Error, CustomStringConvertible, Equatable {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// Reads the fields of one protobuf message. Nothing is copied: what a field has is a range of the file's bytes, and a
/// length is compared with what is there before it is used.
struct ProtobufReader {
  let bytes: [UInt8]
  private(set) var place: Int
  let end: Int

  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    (place, end) = (range.lowerBound, range.upperBound)
  }

  /// The value of a field, by its wire type.
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(Range<Int>)
    case fixed32(UInt32)
  }

  /// The next field and its value; nil at the end of the message.
  mutating func next() throws(ONNXError) -> (field: UInt64, value: Value)? {
    guard place < end else { return nil }
    let key = try varint()
    guard key >> 3 > 0 else { throw ONNXError("a field has the number 0") }
    switch key & 7 {
    case 0: return (key >> 3, .varint(try varint()))
    case 1: return (key >> 3, .fixed64(try fixed(8)))
    case 2:
      let length = try varint()
      guard length <= UInt64(end - place) else { throw ONNXError("a field is longer than what is left of the file") }
      let range = place..<place + Int(length)
      place = range.upperBound
      return (key >> 3, .bytes(range))
    case 5: return (key >> 3, .fixed32(UInt32(try fixed(4))))
    default: throw ONNXError("a field has the unknown wire type \(key & 7)")
    }
  }

  private mutating func varint() throws(ONNXError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard place < end else { throw ONNXError("a number is cut off") }
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
    }
    throw ONNXError("a number has more than ten bytes")
  }

  private mutating func fixed(_ width: Int) throws(ONNXError) -> UInt64 {
    guard end - place >= width else { throw ONNXError("a number is cut off") }
    defer { place += width }
    return bytes[place..<place + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  // MARK: Values

  /// Where the value lies that `next` has just returned.
  func place(of value: Value) -> Range<Int> {
    switch value {
    case .bytes(let range): range
    case .fixed32: place - 4..<place
    case .fixed64: place - 8..<place
    case .varint(let bits): place - max(1, (bits.bitWidth - bits.leadingZeroBitCount + 6) / 7)..<place
    }
  }

  func message(_ value: Value) throws(ONNXError) -> ProtobufReader {
    guard case .bytes(let range) = value else { throw ONNXError("a message is stored as a number") }
    return ProtobufReader(bytes, in: range)
  }

  func text(_ value: Value) throws(ONNXError) -> String {
    guard case .bytes(let range) = value else { throw ONNXError("a text is stored as a number") }
    return String(decoding: bytes[range], as: UTF8.self)
  }

  func integer(_ value: Value) throws(ONNXError) -> Int {
    guard case .varint(let bits) = value else { throw ONNXError("an integer is stored as something else") }
    return Int(Int64(bitPattern: bits))
  }

  func float(_ value: Value) throws(ONNXError) -> Float {
    guard case .fixed32(let bits) = value else { throw ONNXError("a float is stored as something else") }
    return Float(bitPattern: bits)
  }

  /// Appends a repeated integer, which is stored alone or packed with others.
  /// - Parameter most: more of them are refused
  func append(_ value: Value, to integers: inout [Int], most: Int) throws(ONNXError) {
    if case .bytes(let range) = value {
      var packed = ProtobufReader(bytes, in: range)
      while packed.place < packed.end {
        guard integers.count < most else { throw ONNXError("a list has more than \(most) numbers") }
        integers.append(Int(Int64(bitPattern: try packed.varint())))
      }
    } else {
      guard integers.count < most else { throw ONNXError("a list has more than \(most) numbers") }
      integers.append(try integer(value))
    }
  }
}
