import Foundation
import Tensors
import TestSupport
import Testing

/// Files with random damage are read or refused with a sentence; nothing beyond their end is read.
@Suite struct DamagedFileTests {
  @Test func everyShortenedSafetensorsFileIsRefused() throws {
    try expectRefusalOfEveryBeginning(of: Self.safetensorsFile, Safetensors.init(path:))
  }

  @Test func damagedSafetensorsFilesEndInASentence() throws {
    try damage(Self.safetensorsFile) { path in
      let file = try Safetensors(path: path)
      for name in file.names {
        let count = try file.shape(of: name).reduce(1, *)
        let buffer = try FloatBuffer(count: count)
        try file.copy(name, to: buffer.base, count: count)
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt8])
  func everyShortenedArrayIsRefused(_ version: UInt8) throws {
    try expectRefusalOfEveryBeginning(of: array(version: version), NPY.init(path:))
  }

  @Test func damagedArraysEndInASentence() throws {
    for version in [1, 2] as [UInt8] {
      try damage(array(version: version)) { path in
        let array = try NPY(path: path)
        #expect(array.values.count == array.shape.reduce(1, *))
      }
    }
  }

  static var safetensorsFile: Data {
    get throws { try safetensors([("a", [2, 3], [1, 2, 3, 4, 5, 6]), ("b", [1], [7]), ("c", [0], [])]) }
  }

  private func array(version: UInt8) -> Data {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    return npy(version: version, header, bytes(of: [1, 2, 3, 4, 5, 6] as [Float]))
  }

  private func expectRefusalOfEveryBeginning<Value>(of file: Data, _ read: (String) throws -> Value) throws {
    try withDirectory { (directory: String) throws in
      for count in 0..<file.count {
        let path = "\(directory)/\(count)"
        try file.prefix(count).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: TensorFileError.self, "\(count) of \(file.count) bytes") { try read(path) }
        if let error { #expect(isSentence(error), "\(error)") }
      }
    }
  }

  /// Reads copies of `file` with bytes flipped, replaced, left out and doubled, half of them cut as well.
  private func damage(_ file: Data, _ read: (String) throws -> Void) throws {
    var random = Random(seed: 5)
    var refused = 0
    try withDirectory { (directory: String) throws in
      for trial in 0..<400 {
        let path = "\(directory)/\(trial)"
        var damaged = [UInt8](file)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          // Most damage goes into the header, which has the structure.
          let end = Bool.random(using: &random) ? min(24, damaged.count) : damaged.count
          let position = Int.random(in: 0..<end, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
          case 1: damaged[position] = "0123456789-[]{}(),:\"' ".utf8.randomElement(using: &random)!
          case 2: damaged.remove(at: position)
          default: damaged.insert(damaged[position], at: position)
          }
        }
        if trial.isMultiple(of: 2) { damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random)) }
        try Data(damaged).write(to: URL(fileURLWithPath: path))
        do { try read(path) } catch let error as TensorFileError {
          refused += 1
          #expect(isSentence(error), "trial \(trial): \(error)")
        }
      }
    }
    // If no damage were found, nothing would be checked.
    #expect(refused > 200)
  }
}
