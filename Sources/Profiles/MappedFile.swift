import Glibc

/// A file that is read through a memory map, so that only what is looked at is loaded. Reads outside of it are nil.
final class MappedFile {
  let bytes: UnsafeRawBufferPointer

  /// - Throws: `ProfileError.cannotRead`
  init(_ path: String) throws(ProfileError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
    defer { close(file) }
    var status = stat()
    fstat(file, &status)
    guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotRead(path: path, reason: "it is no regular file") }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let mapped = mmap(nil, status.st_size, PROT_READ, MAP_PRIVATE, file, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    bytes = UnsafeRawBufferPointer(start: mapped, count: status.st_size)
  }

  deinit { if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) } }

  /// The integer at `offset`, of a file of this machine's byte order.
  func load<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value? {
    let size = MemoryLayout<Value>.size
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    return bytes.loadUnaligned(fromByteOffset: offset, as: type)
  }

  /// The text at `offset` up to a zero, which must come before `end`.
  func text(at offset: Int, before end: Int) -> String? {
    guard offset >= 0, offset < end, end <= bytes.count else { return nil }
    let rest = bytes[offset..<end]
    guard let zero = rest.firstIndex(of: 0) else { return nil }
    return String(decoding: rest[..<zero], as: UTF8.self)
  }
}
