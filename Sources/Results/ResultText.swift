import Foundation

/// Texts beside results, written as whole as those.
package enum ResultText {
  /// Writes to `path`, replacing what is there.
  package static func write(_ text: String, to path: String) throws(ResultsError) {
    try AtomicFile().replace(path, with: Data(text.utf8))
  }

  /// Writes `bytes` to `path`, replacing what is there.
  package static func write(_ bytes: Data, to path: String) throws(ResultsError) {
    try AtomicFile().replace(path, with: bytes)
  }
}
