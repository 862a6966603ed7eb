import Glibc

/// A path as it was given, in parts. It is split at slashes, byte by byte; nothing else in it has a meaning.
package struct FilePath: Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  /// What stands before the last slash: `.` where there is none, `/` for the root.
  package var directory: String {
    guard let slash = text.unicodeScalars.lastIndex(of: "/") else { return "." }
    let directory = String(text.unicodeScalars[..<slash])
    return directory.unicodeScalars.allSatisfy { $0 == "/" } ? "/" : directory
  }

  /// What stands behind the last slash; empty where the path ends with one.
  package var name: String {
    guard let slash = text.unicodeScalars.lastIndex(of: "/") else { return text }
    return String(text.unicodeScalars[text.unicodeScalars.index(after: slash)...])
  }

  /// A file beside this one.
  package func sibling(_ name: String) -> String { directory == "/" ? "/\(name)" : "\(directory)/\(name)" }

  /// Where symbolic links lead, even where nothing is there yet, so that a file is written and its link stays.
  package var followingLinks: FilePath {
    var path = self
    // As many as Linux follows.
    for _ in 0..<40 {
      var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink(path.text.systemPath, &target, Int(PATH_MAX))
      guard count > 0 else { return path }
      let text = RawText.text(target.prefix(count).map { UInt8(bitPattern: $0) })
      path = FilePath(text.unicodeScalars.first == "/" ? text : path.sibling(text))
    }
    return path
  }
}
