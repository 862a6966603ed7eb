import Foundation
import Results
import Terms

/// The result file of a run, which is written after each pass.
struct ResultDraft {
  let model: String
  /// The path that was asked for; nil for a new file in `directory`.
  let output: String?
  let directory: String
  /// The path of the file, once it was written.
  private var path: String?

  init(model: String, output: String?, directory: String = ResultStore.defaultDirectory) {
    (self.model, self.output, self.directory) = (model, output, directory)
  }

  /// Writes what there is so far. A failure is left for `finish`, which meets it again.
  mutating func keep(_ file: some StoredFile) {
    // A device or a pipe gets the result only once, when it is whole.
    var status = stat()
    if let output, stat(output.systemPath, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return }
    _ = try? write(file)
  }

  /// Writes the whole result. Where that fails, it goes to the temporary directory, so that a full disk loses no
  /// measurement.
  /// - Returns: the path of the file
  mutating func finish(_ file: some StoredFile, _ console: Console) throws -> String {
    do { return try write(file) } catch {
      let other = ResultStore(directory: FileManager.default.temporaryDirectory.path)
      if let path = try? other.save(file, model: model) {
        throw Failure.failed("\(error) The result is in \(path) instead.")
      }
      console.note(String(decoding: try file.json(), as: UTF8.self))
      throw Failure.failed("\(error) The result is printed above instead.")
    }
  }

  private mutating func write(_ file: some StoredFile) throws(ResultsError) -> String {
    guard let path = path ?? output else {
      let made = try ResultStore(directory: directory).save(file, model: model)
      path = made
      return made
    }
    try ResultStore.write(file, to: path)
    return path
  }
}

/// Refuses a path where no file can be written, before minutes are spent on the measurement.
func checkWritable(_ path: String) throws {
  var status = stat()
  let exists = stat(path.systemPath, &status) == 0
  let file = FilePath(path).followingLinks
  guard !path.isEmpty, exists || !file.name.isEmpty else {
    throw Failure.usage("'\(path)' names no file; give a path that ends in a name.")
  }
  if file.name.utf8.count > Int(NAME_MAX) || path.utf8.count >= Int(PATH_MAX) {
    throw Failure.failed("\(ResultsError.cannotWrite(path: path, reason: String(cString: strerror(ENAMETOOLONG))))")
  }
  if exists, status.st_mode & S_IFMT == S_IFDIR { throw Failure.failed("\(ResultsError.isDirectory(path: path))") }
  // A file is replaced by a new one in its directory; a device is written to.
  let target = exists && status.st_mode & S_IFMT != S_IFREG ? path : "\(file.directory)/."
  guard access(target.systemPath, W_OK) == 0 else {
    throw Failure.failed("\(ResultsError.cannotWrite(path: path, reason: String(cString: strerror(errno))))")
  }
}
