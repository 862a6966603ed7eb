import Foundation

/// Where a command writes: results to `out`, everything else to `err`.
///
/// That nobody can be told ends no measurement: what could not be written shows at the end, in the exit code.
package struct Console {
  private let out: (String) throws -> Void
  private let err: (String) throws -> Void
  private let losses = Losses()

  private final class Losses {
    var output = false
  }

  package init(out: @escaping (String) throws -> Void, err: @escaping (String) throws -> Void) {
    self.out = out
    self.err = err
  }

  /// A disk that is full or a reader that has gone is an error here, not the end of the process.
  package static func standard() -> Console {
    signal(SIGPIPE, SIG_IGN)
    return Console(
      out: { try FileHandle.standardOutput.write(contentsOf: Data($0.utf8)) },
      err: { try FileHandle.standardError.write(contentsOf: Data($0.utf8)) })
  }

  /// Whether a part of the result could not be written.
  var hasLostOutput: Bool { losses.output }

  /// A line of the result.
  func print(_ line: String) { write(line + "\n") }

  /// A part of the result with its line ends.
  func write(_ text: String) {
    do { try out(text) } catch { losses.output = true }
  }

  /// A line about the result.
  func note(_ line: String) { try? err(line + "\n") }
}
