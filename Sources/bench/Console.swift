import Foundation

/// Where a command writes: results to `out`, everything else to `err`.
package struct Console {
  private let out: (String) -> Void
  private let err: (String) -> Void

  package init(out: @escaping (String) -> Void, err: @escaping (String) -> Void) {
    self.out = out
    self.err = err
  }

  package static var standard: Console {
    Console(
      out: { FileHandle.standardOutput.write(Data($0.utf8)) }, err: { FileHandle.standardError.write(Data($0.utf8)) })
  }

  /// A line of the result.
  func print(_ line: String) { out(line + "\n") }
  /// A line about the result.
  func note(_ line: String) { err(line + "\n") }
}
