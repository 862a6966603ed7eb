import Foundation

/// A directory of result files. What it writes is there whole or not at all.
package struct ResultStore {
  package static let defaultDirectory = "results/runs"
  package let directory: String

  package init(directory: String = Self.defaultDirectory) { self.directory = directory }

  /// Writes under a name of its own, `<start time>-<model>.json`, making the directory where it is missing.
  /// - Returns: the path.
  package func save(_ file: ResultFile, model: String) throws(ResultsError) -> String {
    let json = try file.json()
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: directory, reason: "the directory cannot be made")
    }
    // Two runs of one microsecond get different names too.
    let stem = "\(directory)/\(Self.fileName(file.context.startTime))-\(Self.fileName(model))"
    var path = "\(stem).json"
    var number = 1
    while try !AtomicFile().create(path, with: json) {
      number += 1
      path = "\(stem)-\(number).json"
    }
    return path
  }

  /// Writes to `path`, replacing what is there.
  package static func write(_ file: ResultFile, to path: String) throws(ResultsError) {
    try AtomicFile().replace(path, with: file.json())
  }

  package static func read(_ path: String) throws(ResultsError) -> ResultFile {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    if status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path: path) }
    let json: Data
    do {
      json = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .cannotRead(path: path, reason: "no permission or an input error")
    }
    return try ResultFile(json: json, path: path)
  }

  /// Colons and slashes do not belong in file names.
  private static func fileName(_ text: String) -> String {
    String(text.map { $0 == ":" || $0 == "/" ? "-" : $0 })
  }
}
