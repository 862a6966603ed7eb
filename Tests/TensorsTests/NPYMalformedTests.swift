import Foundation
import Tensors
import Testing

@Suite struct NPYMalformedTests {
  static let six = bytes(of: [1, 2, 3, 4, 5, 6] as [Float])

  @Test func anotherKindOfFile() throws {
    for file in [Data(), Data("NUMPY".utf8), Data(count: 200), Data("\u{93}NUMPY and more".utf8)] {
      try expectRefusal(of: file, saying: "this is no .npy file", NPY.init(path:))
    }
  }

  @Test(arguments: [0, 4, 255] as [UInt8])
  func unknownVersion(_ version: UInt8) throws {
    try expectRefusal(
      of: npy(version: version, header(), Self.six), saying: "version \(version)", NPY.init(path:))
  }

  @Test func trailingBytes() throws {
    try expectRefusal(
      of: npy(header(), Self.six + Data([0])), saying: "needs 24 bytes of data, not 25", NPY.init(path:))
  }

  @Test(arguments: [">f4", "<i4", "<c8", "|b1"])
  func anotherType(_ type: String) throws {
    try expectRefusal(of: npy(header(type: type), Self.six), saying: "save float32", NPY.init(path:))
  }

  @Test func structuredType() throws {
    let header = "{'descr': [('x', '<f4'), ('y', '<f4')], 'fortran_order': False, 'shape': (3,), }"
    try expectRefusal(of: npy(header, Self.six), saying: "save float32", NPY.init(path:))
  }

  @Test(arguments: [
    "", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': 6}", "{'descr': '<f4', 'fortran_order': False, 'shape': (6",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-6,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (six,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 99999999999999999999)}", "'shape':", "'shape': )6(",
  ])
  func headerThatNumPyDoesNotWrite(_ header: String) throws {
    try expectRefusal(of: npy(header, Self.six), saying: "not one that NumPy writes", NPY.init(path:))
  }

  @Test func headerThatIsNotText() throws {
    var file = npy(header(), Self.six)
    for index in 10..<60 { file[index] = 0xff }
    try expectRefusal(of: file, saying: "not one that NumPy writes", NPY.init(path:))
  }

  @Test(arguments: ["(9223372036854775807, 2)", "(4294967296, 4294967296)", "(281474976710656,)"])
  func shapeThatOverflows(_ shape: String) throws {
    try expectRefusal(of: npy(header(shape: shape), Self.six), saying: "is too large", NPY.init(path:))
  }

  @Test(arguments: ["(5,)", "(7,)", "()", "(0, 6)", "(1000000, 1000000)"])
  func shapeThatDoesNotFitTheData(_ shape: String) throws {
    try expectRefusal(of: npy(header(shape: shape), Self.six), saying: "bytes of data, not 24.", NPY.init(path:))
  }

  @Test func headerLengthBeyondTheFile() throws {
    for length in [UInt32(1 << 16), .max, UInt32(Int32.max)] {
      let file = Data([0x93]) + Data("NUMPY".utf8) + Data([2, 0]) + bytes(of: length) + Data(header().utf8)
      try expectRefusal(of: file, saying: "cut short", NPY.init(path:))
    }
  }

  @Test func fileThatIsNotThere() {
    for path in ["/no/such/file", "/"] {
      let error = #expect(throws: TensorFileError.self) { try NPY(path: path) }
      #expect(error?.description == "\(path): the file cannot be read; check the path and its permissions.")
    }
  }

  private func header(type: String = "<f4", order: String = "False", shape: String = "(6,)") -> String {
    "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
  }
}
