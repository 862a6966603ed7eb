import Foundation
import Terms

/// The output of a command: results go to `out`, everything else to `err`.
///
/// A failure to write does not end a measurement. Lost results show at the end, in the exit code.
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

  /// The standard streams. A full disk or a closed pipe is an error of theirs and does not end the process.
  package static func standard() -> Console {
    signal(SIGPIPE, SIG_IGN)
    // A limit of the size of files is an error of the write as well.
    signal(SIGXFSZ, SIG_IGN)
    return Console(
      out: { try FileHandle.standardOutput.write(contentsOf: Data(RawText.bytes($0))) },
      err: { try FileHandle.standardError.write(contentsOf: Data(RawText.bytes($0))) })
  }

  /// Drops everything, for a process whose streams have other uses.
  static var quiet: Console { Console(out: { _ in }, err: { _ in }) }

  /// Whether a part of the result could not be written.
  var hasLostOutput: Bool { losses.output }

  /// Prints a line of the result.
  func print(_ line: String) { write(line + "\n") }

  /// Prints a part of the result that contains its line ends.
  func write(_ text: String) {
    do { try out(text) } catch { losses.output = true }
  }

  /// Prints a line about the result.
  func note(_ line: String) { try? err(line + "\n") }
}
