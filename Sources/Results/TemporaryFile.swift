import Foundation
import Terms

/// A new file beside another one, whose name it takes once it is whole.
///
/// Its writer holds a lock on it. A writer that is killed leaves the file, but not the lock, so the next one in the same
/// directory knows that nobody needs the file and removes it. A process number would not say that much: containers that
/// share a directory have the same ones.
struct TemporaryFile {
  let path: String
  /// Open for writing.
  let descriptor: Int32

  // A name of its own length: that of the file beside it may be as long as a name can be.
  private static let (prefix, suffix) = (".bench-", ".tmp")

  /// - Parameter given: the path that the user gave, for error messages
  init(beside path: String, calledBy given: String) throws(ResultsError) {
    Self.removeAbandoned(in: FilePath(path).directory)
    while true {
      let name = "\(Self.prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))\(Self.suffix)"
      let temporary = FilePath(path).sibling(name)
      let file = open(temporary.systemPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw ResultsError(writing: given, errno: errno) }
      // A file system without locks keeps what is abandoned, because nobody gets the lock that allows to remove it.
      while flock(file, LOCK_EX) != 0, errno == EINTR {}
      // Another writer may have found it without its lock, and removed it.
      if access(temporary.systemPath, F_OK) == 0 {
        (self.path, descriptor) = (temporary, file)
        return
      }
      close(file)
    }
  }

  /// Removes the file, unless it has its final name by now, and lets go of the lock.
  func remove() {
    unlink(path.systemPath)
    close(descriptor)
  }

  /// Removes the files of this kind that nobody writes. Where that is not possible, they stay.
  private static func removeAbandoned(in directory: String) {
    guard let entries = opendir(directory.systemPath) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { continue }
      let path = "\(directory)/\(name)"
      // Network file systems lock only what is open for writing.
      let file = open(path.systemPath, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard file >= 0 else { continue }
      if flock(file, LOCK_EX | LOCK_NB) == 0 { unlink(path.systemPath) }
      close(file)
    }
  }
}
