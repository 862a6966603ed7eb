import Tensors

/// Which of the four values of a pool's windows won, one byte each.
struct Argmax: Sendable {
  private let memory: Memory
  let byteCount: Int

  init(count: Int) throws {
    memory = try Memory(byteCount: count)
    byteCount = count
    for index in 0..<count { bytes[index] = UInt8(truncatingIfNeeded: index % 4) }
  }

  var bytes: UnsafeMutablePointer<UInt8> { memory.base.assumingMemoryBound(to: UInt8.self) }
}
