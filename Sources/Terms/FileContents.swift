import Glibc

/// Reads files, pipes and terminals alike.
package enum FileContents {
  /// Why they cannot be read, as a part of a sentence.
  package struct Failure: Error, Equatable {
    package let reason: String
    package let isDirectory: Bool
  }

  /// All bytes up to the end. A pipe can be read only once.
  package static func bytes(_ path: String) throws(Failure) -> [UInt8] {
    let file = open(path.systemPath, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Failure(reason: String(cString: strerror(errno)), isDirectory: false) }
    defer { close(file) }
    var status = stat()
    let size = fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    var bytes = [UInt8](repeating: 0, count: max(size + 1, 1 << 16))
    var filled = 0
    while true {
      if filled == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
      let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress! + filled, $0.count - filled) }
      if count == 0 { break }
      if count > 0 {
        filled += count
      } else if errno != EINTR {
        throw Failure(reason: String(cString: strerror(errno)), isDirectory: errno == EISDIR)
      }
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }
}
