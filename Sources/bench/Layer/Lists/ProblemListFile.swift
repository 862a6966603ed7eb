import Terms

/// The text of a list of problems.
struct ProblemListFile {
  let path: String
  let text: String

  /// - Throws: `Failure` where the file cannot be read
  init(_ path: String) throws(Failure) {
    self.path = path
    let bytes: [UInt8]
    do { bytes = try FileContents.bytes(path) } catch {
      throw Failure.failed("Cannot read \(path) (\(error.reason)); check the path and its permissions.")
    }
    // Editors of other systems begin a text with a byte order mark.
    text = String(decoding: bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...], as: UTF8.self)
  }

  /// A word and the number of its line, from 1 on.
  struct Word {
    var text: String
    let line: Int
  }

  /// The words of each line that has any, up to one that begins with `#`.
  var lines: [[Word]] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().map { index, line in
      line.split(whereSeparator: \.isWhitespace).prefix { $0.first != "#" }
        .map { Word(text: String($0), line: index + 1) }
    }.filter { !$0.isEmpty }
  }

  /// The beginning of a sentence about a line.
  func line(_ number: Int) -> String { "\(path), line \(number)" }
}
