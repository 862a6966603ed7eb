import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct NPYTests {
  @Test(arguments: [[], [1], [6], [2, 3], [3, 1, 2], [1, 2, 1, 3], [0], [4, 0, 2], [1, 1, 1, 1, 6]])
  func readsBackWhatItWrote(_ shape: [Int]) throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.npy"
      let values = (0..<shape.reduce(1, *)).map { Float($0) * 1.25 - 2 }
      try NPY(shape: shape, values: values).write(to: path)
      let array = try NPY(path: path)
      #expect(array.shape == shape)
      #expect(array.values == values)
    }
  }

  @Test(arguments: [[], [1], [6], [100_000], [1, 2, 3, 4, 5, 6, 7, 8, 9]])
  func dataStartsAtAMultipleOfSixtyFour(_ shape: [Int]) throws {
    try withDirectory { (directory: String) throws in
      let count = shape.reduce(1, *)
      try NPY(shape: shape, values: [Float](repeating: 1, count: count)).write(to: "\(directory)/x")
      let file = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/x"))
      #expect((file.count - 4 * count).isMultiple(of: 64))
      #expect(file[file.count - 4 * count - 1] == UInt8(ascii: "\n"))
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt8])
  func readsEveryVersionThatNumPyWrites(_ version: UInt8) throws {
    let body = bytes(of: [1, 2, 3, 4, 5, 6] as [Float])
    let file = npy(version: version, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", body)
    try reading(file) { path in
      let array = try NPY(path: path)
      #expect(array.shape == [2, 3])
      #expect(array.values == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test(arguments: [("()", []), ("(6,)", [6]), ("(6)", [6]), ("(1, 6)", [1, 6]), ("(1,6,1,)", [1, 6, 1])])
  func readsEverySpellingOfAShape(_ text: String, _ shape: [Int]) throws {
    let values = [Float](repeating: 2, count: shape.reduce(1, *))
    let file = npy("{'descr': '<f4', 'fortran_order': False, 'shape': \(text), }", bytes(of: values))
    #expect(try reading(file) { try NPY(path: $0).shape } == shape)
  }

  /// numpy.asfortranarray([[1, 2, 3], [4, 5, 6]]) and other types, with a note.
  @Test(
    arguments: [
      (
        "<f4", "True",
        [0, 0, 0x80, 0x3f, 0, 0, 0x80, 0x40, 0, 0, 0, 0x40, 0, 0, 0xa0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0xc0, 0x40]
      ),
      ("|u1", "False", [1, 2, 3, 4, 5, 6]), ("|u1", "True", [1, 4, 2, 5, 3, 6]),
      ("<f2", "False", [0, 0x3c, 0, 0x40, 0, 0x42, 0, 0x44, 0, 0x45, 0, 0x46]),
    ] as [(String, String, [UInt8])])
  func otherTypesAndOrdersAreConverted(_ type: String, _ order: String, _ body: [UInt8]) throws {
    let file = npy("{'descr': '\(type)', 'fortran_order': \(order), 'shape': (2, 3), }", Data(body))
    let array = try reading(file) { try NPY(path: $0) }
    #expect(array.values == [1, 2, 3, 4, 5, 6])
    #expect(array.conversion?.contains("was converted to float32") == true)
  }

  @Test func keysMayComeInAnyOrder() throws {
    let file = npy("{'shape': (1, 2), 'fortran_order': False, 'descr': '<f4'}", bytes(of: [7, 8] as [Float]))
    #expect(try reading(file) { try NPY(path: $0).values } == [7, 8])
  }

  /// The bytes that `numpy.save` writes for `arange(3, dtype='float32')`.
  @Test func readsAFileOfNumPy() throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"
    var file = Data([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 0x01, 0x00, 0x76, 0x00])
    file += Data(header.utf8) + Data(repeating: 0x20, count: 117 - header.utf8.count) + Data([0x0a])
    file += Data([0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])
    #expect(file.count == 140)
    #expect(try reading(file) { try NPY(path: $0).values } == [0, 1, 2])
  }

  @Test func placeThatTakesNoFilesIsSaid() {
    let array = NPY(shape: [1], values: [1])
    for path in ["/proc/bench.npy", "/dev/null/x", "/no/such/directory/x"] {
      let error = #expect(throws: TensorFileError.self) { try array.write(to: path) }
      #expect(error?.description == "\(path): the file cannot be written; check the directory and the free space.")
    }
  }
}

/// A file in the form of the format specification.
func npy(version: UInt8 = 1, _ header: String, _ body: Data) -> Data {
  let start = version == 1 ? 10 : 12
  let padded = header + String(repeating: " ", count: 63 - (header.utf8.count + start) % 64) + "\n"
  let length = version == 1 ? bytes(of: UInt16(padded.utf8.count)) : bytes(of: UInt32(padded.utf8.count))
  return Data([0x93]) + Data("NUMPY".utf8) + Data([version, 0]) + length + Data(padded.utf8) + body
}
