import Foundation
import Terms

/// What a measurement leaves in a file of its own.
package protocol StoredFile {
  var context: Context { get }
  /// Sorted keys, a newline at the end.
  /// - Throws: `ResultsError.notFinite` where a number is NaN or infinite, which JSON cannot say.
  func json() throws(ResultsError) -> Data
}

extension StoredFile where Self: Encodable {
  package func json() throws(ResultsError) -> Data { try ResultJSON.encode(self) }
}

/// A directory of result files. Each file is written whole or not at all.
package struct ResultStore {
  package static let defaultDirectory = "results/runs"
  /// Profiles have a directory of their own: reports of all runs read the other one.
  package static let profileDirectory = "results/profiles"
  /// So have trainings, for the same reason.
  package static let trainingDirectory = "results/training"
  package let directory: String

  package init(directory: String = Self.defaultDirectory) { self.directory = directory }

  /// Writes a new file `<start time>-<model>.json`. It makes the directory where that is missing.
  /// - Returns: the path.
  package func save(_ file: some StoredFile, model: String) throws(ResultsError) -> String {
    let json = try file.json()
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: directory, reason: "the directory cannot be made")
    }
    // Two runs may start in the same microsecond.
    let stem = "\(directory)/\(Self.fileName(file.context.startTime))-\(Self.fileName(model))"
    var path = "\(stem).json"
    var number = 1
    while try !AtomicFile().create(path, with: json) {
      number += 1
      path = "\(stem)-\(number).json"
    }
    return path
  }

  /// Writes to `path` and replaces a file that is there.
  package static func write(_ file: some StoredFile, to path: String) throws(ResultsError) {
    try AtomicFile().replace(path, with: file.json())
  }

  package static func read(_ path: String) throws(ResultsError) -> ResultFile {
    try ResultFile(json: data(path), path: path)
  }

  /// A file of one of the commands that leave files.
  package enum AnyFile {
    case run(ResultFile)
    case profile(ProfileFile)
    case training(TrainingFile)
  }

  /// The file at `path`, which is read once, as a pipe can be.
  package static func readAny(_ path: String) throws(ResultsError) -> AnyFile {
    let json = try data(path)
    do { return .run(try ResultFile(json: json, path: path)) } catch .isProfile {
      return .profile(try ProfileFile(json: json, path: path))
    } catch .isTraining {
      return .training(try TrainingFile(json: json, path: path))
    }
  }

  package static func readProfile(_ path: String) throws(ResultsError) -> ProfileFile {
    try ProfileFile(json: data(path), path: path)
  }

  static func data(_ path: String) throws(ResultsError) -> Data {
    do { return Data(try FileContents.bytes(path)) } catch {
      throw error.isDirectory ? .isDirectory(path: path) : .cannotRead(path: path, reason: error.reason)
    }
  }

  /// Replaces colons and slashes, which do not belong in file names.
  private static func fileName(_ text: String) -> String {
    String(text.map { $0 == ":" || $0 == "/" ? "-" : $0 })
  }
}
