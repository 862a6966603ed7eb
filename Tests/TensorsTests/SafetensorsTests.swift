import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  @Test func readsBackWhatItWrote() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.safetensors"
      let weights: [Float] = [1, -2.5, 0, .leastNonzeroMagnitude, .infinity, 3]
      try Safetensors.write(
        [("conv1/weights", [2, 3], weights), ("scalar", [], [42]), ("empty", [0, 7], []), ("b", [1], [-0.0])],
        metadata: ["model": "vgg16", "note": "a \"quoted\" / line\n"], to: path)
      let file = try Safetensors(path: path)
      #expect(file.names == ["b", "conv1/weights", "empty", "scalar"])
      #expect(file.metadata == ["model": "vgg16", "note": "a \"quoted\" / line\n"])
      #expect(try file.shape(of: "conv1/weights") == [2, 3])
      #expect(try file.shape(of: "scalar") == [])
      #expect(try file.shape(of: "empty") == [0, 7])
      #expect(try values("conv1/weights", 6, file) == weights)
      #expect(try values("scalar", 1, file) == [42])
      #expect(try values("empty", 0, file) == [])
      #expect(try values("b", 1, file)[0].sign == .minus)
      #expect(file.contains("b") && !file.contains("c"))
    }
  }

  @Test func metadataMayBeMissing() throws {
    try withDirectory { (directory: String) throws in
      try Safetensors.write([("x", [1], [1])], to: "\(directory)/x")
      #expect(try Safetensors(path: "\(directory)/x").metadata == [:])
    }
  }

  @Test(arguments: 0..<9)
  func bodyStartsAtAMultipleOfEight(_ nameLength: Int) throws {
    try withDirectory { (directory: String) throws in
      let name = "x" + String(repeating: "y", count: nameLength)
      try Safetensors.write([(name, [2], [1, 2])], to: "\(directory)/x")
      let file = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/x"))
      let header = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect((8 + header).isMultiple(of: 8))
      #expect(file.count == 8 + header + 8)
    }
  }

  /// Other writers use no padding, any order of keys, and tensors that are not sorted by name.
  @Test func readsWhatOthersWrite() throws {
    let header = #"""
      {"z":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"},"__metadata__":{"format":"pt"},
       "a":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]} }
      """#
    let file = bytes(of: UInt64(header.utf8.count)) + Data(header.utf8) + bytes(of: [1, 2, 3] as [Float])
    try reading(file) { path in
      let file = try Safetensors(path: path)
      #expect(try values("z", 1, file) == [1])
      #expect(try values("a", 2, file) == [2, 3])
      #expect(file.metadata == ["format": "pt"])
    }
  }

  @Test func missingTensorIsSaid() throws {
    try reading(safetensors([("x", [2], [1, 2])])) { path in
      let file = try Safetensors(path: path)
      let error = #expect(throws: TensorFileError.self) { try file.shape(of: "fc6/weights") }
      #expect(error?.reason == "there is no tensor 'fc6/weights'.")
      #expect(throws: TensorFileError.self) { try values("fc6/weights", 2, file) }
    }
  }

  @Test(arguments: [0, 1, 3])
  func wrongSizeIsSaidAndNothingIsCopied(_ count: Int) throws {
    try reading(safetensors([("x", [2], [1, 2])])) { path in
      let file = try Safetensors(path: path)
      let buffer = try FloatBuffer(count: 3)
      let error = #expect(throws: TensorFileError.self) { try file.copy("x", to: buffer.base, count: count) }
      #expect(error?.reason == "tensor 'x' has shape [2], 2 values; \(count) are needed.")
      #expect(buffer.values == [0, 0, 0])
    }
  }

  @Test(arguments: ["/proc/bench.safetensors", "/dev/null/x", "/no/such/directory/x"])
  func placeThatTakesNoFilesIsSaid(_ path: String) {
    let error = #expect(throws: TensorFileError.self) { try Safetensors.write([("x", [1], [1])], to: path) }
    #expect(error?.reason == "the file cannot be written; check the directory and the free space.")
  }

  private func values(_ name: String, _ count: Int, _ file: Safetensors) throws -> [Float] {
    let buffer = try FloatBuffer(count: count)
    try file.copy(name, to: buffer.base, count: count)
    return buffer.values
  }
}

/// The bytes of a valid file.
func safetensors(_ tensors: [(name: String, shape: [Int], values: [Float])]) throws -> Data {
  try withDirectory { (directory: String) throws in
    try Safetensors.write(tensors, metadata: ["model": "test"], to: "\(directory)/x")
    return try Data(contentsOf: URL(fileURLWithPath: "\(directory)/x"))
  }
}
