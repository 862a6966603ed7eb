import Foundation
import Results
import TestSupport
import Testing

/// Images of the user's own.
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
      expectRefusal(run(directory), status: 1, saying: "there are 100.")
      expectRefusal(run(directory + "/none"), status: 1, saying: "cannot be read")
    }
  }

  /// The images of the second pass are gone: the first one is printed and kept all the same.
  @Test func passThatFailsKeepsTheOnesBefore() throws {
    try withDirectory { (directory: String) throws in
      let values = [Float](repeating: 0.5, count: 32 * 32 * 3).withUnsafeBytes { Data($0) }
      try write(Self.header, values, to: "\(directory)/x.npy")
      let outcome = Outcome(run(directory, "--pass", "forward-backward")) { line in
        if line.contains("Forward across") { try? FileManager.default.removeItem(atPath: "\(directory)/x.npy") }
      }
      #expect(outcome.status == 1 && outcome.err.hasSuffix("check the path and its permissions.\n"), "\(outcome.err)")
      #expect(outcome.err.contains("The result is in \(directory)/y.json.\nError: "), "\(outcome.err)")
      #expect(outcome.lines.contains { $0.hasPrefix("mobilenetv2 forward, batch 1") })
      #expect(try ResultStore.read("\(directory)/y.json").records.map(\.pass) == [.forward])
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
