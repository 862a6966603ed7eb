import Foundation
import Testing

@testable import bench

/// The outcome of a command line.
struct Outcome {
  let status: Int32
  let out: String
  let err: String

  /// Runs the program inside this process.
  /// - Parameter watch: is given each line of the result when it is printed
  init(_ arguments: [String], watch: @escaping (String) -> Void = { _ in }) {
    _ = Outcome.privateCache
    var (out, err) = ("", "")
    let console = Console(
      out: {
        out += $0
        watch($0)
      }, err: { err += $0 })
    status = bench(arguments, on: console)
    (self.out, self.err) = (out, err)
  }

  /// The lines of standard output, without the empty ones.
  var lines: [String] { out.split(separator: "\n").map(String.init) }

  /// A peak that was measured while other tests ran must not be remembered for real runs.
  private static let privateCache: Void = {
    let path = NSTemporaryDirectory() + "/bench-tests-cache-\(getpid())"
    setenv("XDG_CACHE_HOME", path, 1)
    atexit { try? FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "/bench-tests-cache-\(getpid())") }
  }()
}

/// Expects a refusal: nothing on standard output and one sentence on standard error.
func expectRefusal(
  _ arguments: [String], status: Int32, saying words: String, at location: SourceLocation = #_sourceLocation
) {
  let outcome = Outcome(arguments)
  let command: Comment = "bench \(arguments.joined(separator: " ")): \(outcome.err)"
  #expect(outcome.status == status, command, sourceLocation: location)
  #expect(outcome.out == "", command, sourceLocation: location)
  #expect(outcome.err.contains(words), command, sourceLocation: location)
  // The argument parser prints the usage after its sentence.
  let first = outcome.err.split(separator: "\n").first.map(String.init) ?? ""
  #expect(first.hasPrefix("Error: "), command, sourceLocation: location)
  if !outcome.err.contains("Usage:") {
    #expect(first.hasSuffix(".") && outcome.err == first + "\n", command, sourceLocation: location)
  }
}

/// A reference file of Tests/Fixtures.
func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/oracle/\(name).safetensors").path
}
