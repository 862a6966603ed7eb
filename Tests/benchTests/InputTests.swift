import Foundation
import Results
import TestSupport
import Testing

/// `--input`: images that the user gives.
@Suite struct InputTests {
  static let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 32, 32, 3), }"

  @Test func imagesOfTheRightShapeAreTaken() throws {
    try withDirectory { (directory: String) throws in
      let values = [Float](repeating: 0.5, count: 32 * 32 * 3).withUnsafeBytes { Data($0) }
      try write(Self.header, values, to: "\(directory)/x.npy")
      let outcome = Outcome(run(directory, "--batch-size", "3"))
      #expect(outcome.status == 0, "\(outcome.err)")
    }
  }

  @Test func imagesOfAnotherSizeAreRefused() throws {
    try withDirectory { (directory: String) throws in
      let values = [Float](repeating: 0.5, count: 32 * 32 * 3).withUnsafeBytes { Data($0) }
      try write(Self.header, values, to: "\(directory)/x.npy")
      expectRefusal(
        run(directory, "--image-size", "64"), status: 64, saying: "has shape [1, 32, 32, 3]; [images, 64, 64, 3]")
    }
  }

  @Test func malformedFileIsAFailure() throws {
    try withDirectory { (directory: String) throws in
      try write(Self.header, Data(count: 100), to: "\(directory)/x.npy")
      expectRefusal(run(directory), status: 1, saying: "bytes of data, not 100.")
      expectRefusal(run(directory + "/none"), status: 1, saying: "cannot be read")
    }
  }

  /// It is refused before anything is measured.
  @Test func missingFileIsRefusedAtOnce() throws {
    try withDirectory { (directory: String) throws in
      expectRefusal(run(directory, "--pass", "forward-backward"), status: 1, saying: "cannot be read")
    }
  }

  private func run(_ directory: String, _ options: String...) -> [String] {
    RunTests.tiny + [
      "--pass", "forward", "--no-verify", "--input", "\(directory)/x.npy", "--output", "\(directory)/y.json",
    ]
      + options
  }

  private func write(_ header: String, _ body: Data, to path: String) throws {
    var file = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0])
    file += Data(header.utf8) + Data(repeating: 0x20, count: 117 - header.utf8.count) + Data([0x0a]) + body
    try file.write(to: URL(fileURLWithPath: path))
  }
}
