import Foundation
import Tensors
import Testing

@Suite struct SafetensorsMalformedTests {
  @Test(arguments: [0, 1, 7])
  func tooShortForAHeader(_ size: Int) throws {
    try expectRefusal(of: Data(count: size), saying: "too short", Safetensors.init(path:))
  }

  @Test(arguments: [9, 1 << 20, UInt64(Int64.max), UInt64(Int64.max) + 1, .max - 7, .max])
  func headerLongerThanTheFile(_ length: UInt64) throws {
    let file = bytes(of: length) + Data("{}      ".utf8)
    try expectRefusal(of: file, saying: "the header's length (\(length) bytes)", Safetensors.init(path:))
  }

  @Test(arguments: [
    "", "{", "[]", "null", "3", "\"x\"", "{\"x\":1}", "{\"x\":{}}", "{\"x\":null}", "{\"__metadata__\":3}",
    "{\"__metadata__\":{\"a\":1}}", "{\"x\":{\"dtype\":\"F32\",\"shape\":3,\"data_offsets\":[0,4]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1]}}", "\u{0}\u{0}\u{0}\u{0}", "{\"x\":{\"dtype\":\"F32\"",
  ])
  func headerThatIsNotThePrescribedJSON(_ header: String) throws {
    try expectRefusal(of: file(header), saying: "not the JSON", Safetensors.init(path:))
  }

  @Test func headerThatIsNotText() throws {
    let header = Data([0xff, 0xfe, 0x80, 0xc0])
    try expectRefusal(of: bytes(of: UInt64(4)) + header, saying: "not the JSON", Safetensors.init(path:))
  }

  @Test func headerThatIsNestedWithoutEnd() throws {
    try expectRefusal(of: file(String(repeating: "[", count: 100_000)), saying: "not the JSON", Safetensors.init(path:))
  }

  /// Only who asks for such a tensor is refused.
  @Test(arguments: ["I32", "U32", "F4", ""])
  func anotherType(_ type: String) throws {
    let header = #"{"x":{"dtype":"\#(type)","shape":[1],"data_offsets":[0,4]}}"#
    try expectRefusal(of: file(header), saying: "tensor 'x' has dtype \(type)", copyOne)
  }

  @Test(arguments: [
    (
      #""a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"b":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}"#,
      "'b' overlaps"
    ),
    (#""a":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}"#, "'a' leaves a hole"),
    (#""a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}"#, "2 bytes behind the last tensor"),
  ])
  func overlapsAndHoles(_ entries: String, _ reason: String) throws {
    try expectRefusal(of: file("{\(entries)}"), saying: reason, Safetensors.init(path:))
  }

  @Test(arguments: [
    ("F16", [0x00, 0x3c, 0x00, 0xc0] as [UInt8], [1, -2] as [Float]), ("BF16", [0x80, 0x3f, 0x00, 0xc0], [1, -2]),
    ("F16", [0x01, 0x00, 0xff, 0x7b], [0x1p-24, 65504]), ("F64", [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], [1]),
  ])
  func otherFloatsAreConverted(_ type: String, _ body: [UInt8], _ values: [Float]) throws {
    let header = #"{"x":{"dtype":"\#(type)","shape":[\#(values.count)],"data_offsets":[0,\#(body.count)]}}"#
    let file = bytes(of: UInt64(header.utf8.count)) + Data(header.utf8) + Data(body)
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("converted-\(UUID()).safetensors")
    try file.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    var read = [Float](repeating: 0, count: values.count)
    try Safetensors(path: url.path).copy("x", to: &read, count: values.count)
    #expect(read == values)
  }

  @Test(arguments: [
    "[0,8]", "[4,8]", "[8,12]", "[1,5]", "[-4,0]", "[4,0]", "[0]", "[]", "[0,4,8]", "[0,3]",
    "[9223372036854775803,9223372036854775807]", "[-9223372036854775808,-9223372036854775804]",
    "[-9223372036854775808,4]",
  ])
  func offsetsOutOfRange(_ offsets: String) throws {
    let header = #"{"x":{"dtype":"F32","shape":[1],"data_offsets":\#(offsets)}}"#
    try expectRefusal(of: file(header), saying: "tensor 'x' lies outside the file", Safetensors.init(path:))
  }

  @Test(arguments: [
    "[2]", "[0]", "[-1]", "[-1,-1]", "[4611686018427387905]", "[4294967296,4294967296]", "[9223372036854775807,2]",
    "[65536,65536,65536,65536]", "[2,-9223372036854775808]",
  ])
  func shapeThatDoesNotFitTheData(_ shape: String) throws {
    let header = #"{"x":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,4]}}"#
    try expectRefusal(of: file(header), saying: "does not fit its shape", Safetensors.init(path:))
  }

  @Test func fileThatIsNotThere() throws {
    for path in ["/no/such/file", "/"] {
      let error = #expect(throws: TensorFileError.self) { try Safetensors(path: path) }
      #expect(error?.description == "\(path): the file cannot be read; check the path and its permissions.")
    }
  }

  /// A file with this header and a body of one float.
  private func file(_ header: String) -> Data {
    bytes(of: UInt64(header.utf8.count)) + Data(header.utf8) + bytes(of: [1] as [Float])
  }

  private func copyOne(_ path: String) throws {
    var value: Float = 0
    try Safetensors(path: path).copy("x", to: &value, count: 1)
  }
}
