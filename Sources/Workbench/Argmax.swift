import Tensors

/// The pooling indices of 2x2 windows: a byte says which of the four values is the largest.
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
