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
    default:
      let file = open(path.systemPath, O_WRONLY | O_CLOEXEC)
      guard file >= 0 else { throw ResultsError(writing: path, errno: errno) }
      try fill(file, with: bytes, calledBy: path)
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
    let temporary = try TemporaryFile(beside: path, calledBy: name)
    defer { temporary.remove() }
    // The temporary file keeps its own descriptor, and with it its lock, until it has its name.
    try fill(fcntl(temporary.descriptor, F_DUPFD_CLOEXEC, 0), with: bytes, calledBy: name)
    // `link` refuses to replace a file and `rename` does not, but some file systems have no links.
    var status = replacing ? -1 : link(temporary.path.systemPath, path.systemPath)
    if status != 0, !replacing, errno == EEXIST { return false }
    if status != 0 { status = rename(temporary.path.systemPath, path.systemPath) }
    guard status == 0 else { throw ResultsError(writing: name, errno: errno) }
    synchronise(directory: FilePath(path).directory)
    return true
  }

  /// Writes a file that is open, and closes it.
  private func fill(_ file: Int32, with bytes: Data, calledBy path: String) throws(ResultsError) {
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
