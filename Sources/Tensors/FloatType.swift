/// Types of stored numbers that become float32.
package enum FloatType {
  case float32
  case float16
  /// The upper half of a float32.
  case bfloat16
  case float64
  case uint8

  init?(safetensors name: String) {
    switch name {
    case "F32": self = .float32
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    case "F64": self = .float64
    default: return nil
    }
  }

  /// - Parameter name: such as `<f4`, with the quotes of a header
  init?(numpy name: some StringProtocol) {
    switch String(name.filter { !$0.isWhitespace && !"'}".contains($0) }) {
    case "<f4": self = .float32
    case "<f2": self = .float16
    case "<f8": self = .float64
    case "|u1": self = .uint8
    default: return nil
    }
  }

  package var width: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .float64: 8
    case .uint8: 1
    }
  }

  /// - Parameter source: little endian, at any address
  package func convert(_ source: UnsafeRawPointer, to destination: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let place = source + index * width
      destination[index] =
        switch self {
        case .float32: Float(bitPattern: UInt32(littleEndian: place.loadUnaligned(as: UInt32.self)))
        case .float16: Self.float(half: UInt16(littleEndian: place.loadUnaligned(as: UInt16.self)))
        case .bfloat16: Float(bitPattern: UInt32(UInt16(littleEndian: place.loadUnaligned(as: UInt16.self))) << 16)
        case .float64: Float(Double(bitPattern: UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))))
        case .uint8: Float(place.load(as: UInt8.self))
        }
    }
  }

  /// IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction.
  static func float(half bits: UInt16) -> Float {
    let (sign, exponent, fraction) = (UInt32(bits >> 15) << 31, UInt32(bits >> 10) & 31, UInt32(bits) & 1023)
    if exponent == 31 { return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13) }
    // Below the normal numbers the fraction counts units of 2^-24.
    if exponent == 0 { return Float(sign: sign == 0 ? .plus : .minus, exponent: -24, significand: Float(fraction)) }
    return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
