import Foundation
import Terms

/// Writes a file whole or not at all: it writes a temporary file in the same directory, calls fsync, renames it, and
/// calls fsync on the directory.
package struct AtomicFile {
  /// The system's `write`; tests replace it by one that fails.
  var write: (Int32, UnsafeRawPointer?, Int) -> Int

  package init() { self.init(write: { Foundation.write($0, $1, $2) }) }
  init(write: @escaping (Int32, UnsafeRawPointer?, Int) -> Int) { self.write = write }

  /// Replaces the file at `path`. A device or pipe is written to in place, because a rename would replace it by a file.
  package func replace(_ path: String, with bytes: Data) throws(ResultsError) {
    var status = stat()
    let exists = stat(path.systemPath, &status) == 0
    switch exists ? status.st_mode & S_IFMT : S_IFREG {
    case S_IFDIR: throw .isDirectory(path: path)
    case S_IFREG: _ = try place(bytes, at: FilePath(path).followingLinks.text, calledBy: path, replacing: true)
    default: try fill(path, flags: O_WRONLY, with: bytes)
    }
  }

  /// Makes a new file at `path`.
  /// - Returns: false where `path` exists; then nothing has changed
  func create(_ path: String, with bytes: Data) throws(ResultsError) -> Bool {
    try place(bytes, at: path, calledBy: path, replacing: false)
  }

  /// - Parameter name: the path that the user gave, for error messages
  private func place(
    _ bytes: Data, at path: String, calledBy name: String, replacing: Bool
  ) throws(ResultsError) -> Bool {
    let directory = FilePath(path).directory
    // A name of its own length: that of the file may be as long as a name can be.
    let temporary = FilePath(path).sibling(".bench-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp")
    defer { unlink(temporary.systemPath) }  // After the rename this fails, and should.
    do {
      try fill(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, with: bytes)
    } catch .cannotWrite(_, let reason) {
      throw .cannotWrite(path: name, reason: reason)
    } catch .noSpace {
      throw .noSpace(path: name)
    }
    // `link` refuses to replace a file and `rename` does not, but some file systems have no links.
    var status = replacing ? -1 : link(temporary.systemPath, path.systemPath)
    if status != 0, !replacing, errno == EEXIST { return false }
    if status != 0 { status = rename(temporary.systemPath, path.systemPath) }
    guard status == 0 else { throw ResultsError(writing: name, errno: errno) }
    synchronise(directory: directory)
    return true
  }

  private func fill(_ path: String, flags: Int32, with bytes: Data) throws(ResultsError) {
    let file = open(path.systemPath, flags | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw ResultsError(writing: path, errno: errno) }
    var failure = bytes.withUnsafeBytes { send($0, to: file) }
    // Pipes and terminals have no fsync.
    if failure == 0, fsync(file) != 0, errno != EINVAL, errno != EROFS { failure = errno }
    // Network file systems report a full disk only here.
    if close(file) != 0, failure == 0 { failure = errno }
    guard failure == 0 else { throw ResultsError(writing: path, errno: failure) }
  }

  /// - Returns: 0 or the number of the error
  private func send(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
    var sent = 0
    while sent < bytes.count {
      let count = write(file, bytes.baseAddress! + sent, bytes.count - sent)
      if count > 0 { sent += count } else if count == 0 { return ENOSPC } else if errno != EINTR { return errno }
    }
    return 0
  }

  /// Makes the new name durable. The bytes are on the disk already, so a file system that cannot do this is no failure.
  private func synchronise(directory: String) {
    let descriptor = open(directory.systemPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
