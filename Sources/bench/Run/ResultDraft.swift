import Foundation
import Results

/// The result file of a run, written after each pass: who kills the run in its second one keeps the first.
struct ResultDraft {
  let model: String
  /// Where it was asked for; nil for a new file in results/runs.
  let output: String?
  /// Where it is, once it was written.
  private var path: String?

  init(model: String, output: String?) { (self.model, self.output) = (model, output) }

  /// Writes what there is so far. That it fails shows at the end, in `finish`.
  mutating func keep(_ file: ResultFile) {
    // A device or a pipe gets the result once, when it is whole.
    var status = stat()
    if let output, stat(output, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return }
    _ = try? write(file)
  }

  /// Writes the whole result. Where that fails, it goes to the temporary directory: a measurement is not lost for want
  /// of space.
  /// - Returns: the path.
  mutating func finish(_ file: ResultFile, _ console: Console) throws -> String {
    do { return try write(file) } catch {
      let other = ResultStore(directory: FileManager.default.temporaryDirectory.path)
      if let path = try? other.save(file, model: model) {
        throw Failure.failed("\(error) The result is in \(path) instead.")
      }
      console.note(String(decoding: try file.json(), as: UTF8.self))
      throw Failure.failed("\(error) The result is printed above instead.")
    }
  }

  private mutating func write(_ file: ResultFile) throws(ResultsError) -> String {
    guard let path = path ?? output else {
      let made = try ResultStore().save(file, model: model)
      path = made
      return made
    }
    try ResultStore.write(file, to: path)
    return path
  }
}

/// Refuses a place where no file can be made, before minutes are spent on what should go there.
func checkWritable(_ path: String) throws {
  var status = stat()
  let exists = stat(path, &status) == 0
  if exists, status.st_mode & S_IFMT == S_IFDIR { throw Failure.failed("\(ResultsError.isDirectory(path: path))") }
  let directory = (path as NSString).deletingLastPathComponent
  // A file is replaced by a new one beside it; a device is written to.
  let target = exists && status.st_mode & S_IFMT != S_IFREG ? path : directory.isEmpty ? "." : "\(directory)/."
  guard access(target, W_OK) == 0 else {
    throw Failure.failed("\(ResultsError.cannotWrite(path: path, reason: String(cString: strerror(errno))))")
  }
}

/// Tells where the result is, then what ended the measurement before its time; of two failures both are told.
func conclude(_ saved: Result<String?, any Error>, _ failure: (any Error)?, _ console: Console) throws {
  if case .failure = saved, let failure { console.note("Error: \(failure)") }
  if let path = try saved.get() { console.note("The result is in \(path).") }
  if let failure { throw failure }
}
