import Foundation

/// Writes a file whole or not at all: a temporary file beside it, fsync, rename, fsync of the directory.
struct AtomicFile {
  /// The system's `write`; tests put one here that fails.
  var write: (Int32, UnsafeRawPointer?, Int) -> Int = { Foundation.write($0, $1, $2) }

  /// Replaces what is at `path`. A device or pipe is written to in place: a rename would replace it by a file.
  func replace(_ path: String, with bytes: Data) throws(ResultsError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    switch exists ? status.st_mode & S_IFMT : S_IFREG {
    case S_IFDIR: throw .isDirectory(path: path)
    case S_IFREG: _ = try place(bytes, at: path.resolvingLinks, calledBy: path, replacing: true)
    default: try fill(path, flags: O_WRONLY, with: bytes)
    }
  }

  /// - Returns: whether `path` was free; if not, nothing has happened.
  func create(_ path: String, with bytes: Data) throws(ResultsError) -> Bool {
    try place(bytes, at: path, calledBy: path, replacing: false)
  }

  /// - Parameter name: what the user knows the file by.
  private func place(
    _ bytes: Data, at path: String, calledBy name: String, replacing: Bool
  ) throws(ResultsError) -> Bool {
    let directory = (path as NSString).deletingLastPathComponent
    let suffix = "\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    let temporary = (directory as NSString).appendingPathComponent(
      ".\((path as NSString).lastPathComponent).\(suffix)")
    defer { unlink(temporary) }  // Fails, as it should, after the rename.
    do {
      try fill(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, with: bytes)
    } catch .cannotWrite(_, let reason) {
      throw .cannotWrite(path: name, reason: reason)
    } catch .noSpace {
      throw .noSpace(path: name)
    }
    // `link` refuses to replace, which `rename` does without asking. Some file systems know no links.
    var status = replacing ? -1 : link(temporary, path)
    if status != 0, !replacing, errno == EEXIST { return false }
    if status != 0 { status = rename(temporary, path) }
    guard status == 0 else { throw ResultsError(writing: name, errno: errno) }
    synchronise(directory: directory.isEmpty ? "." : directory)
    return true
  }

  private func fill(_ path: String, flags: Int32, with bytes: Data) throws(ResultsError) {
    let file = open(path, flags | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw ResultsError(writing: path, errno: errno) }
    var failure = bytes.withUnsafeBytes { send($0, to: file) }
    // Pipes and terminals know no fsync.
    if failure == 0, fsync(file) != 0, errno != EINVAL, errno != EROFS { failure = errno }
    // Network file systems report a full disk only here.
    if close(file) != 0, failure == 0 { failure = errno }
    guard failure == 0 else { throw ResultsError(writing: path, errno: failure) }
  }

  /// - Returns: 0, or the error's number.
  private func send(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
    var sent = 0
    while sent < bytes.count {
      let count = write(file, bytes.baseAddress! + sent, bytes.count - sent)
      if count > 0 { sent += count } else if count == 0 { return ENOSPC } else if errno != EINTR { return errno }
    }
    return 0
  }

  /// Makes the new name last. The bytes are safe already, so a file system without this is no failure.
  private func synchronise(directory: String) {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

extension String {
  /// The file behind a symbolic link, so that the link stays one.
  fileprivate var resolvingLinks: String {
    guard let resolved = realpath(self, nil) else { return self }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
