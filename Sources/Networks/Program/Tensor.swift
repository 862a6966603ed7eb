import Tensors

/// A tensor of a program. It gets its memory when the program is allocated.
package final class Tensor: @unchecked Sendable {
  package let name: String
  package let byteCount: Int
  package let storage: Storage
  private(set) var address: UnsafeMutableRawPointer!

  package enum Storage: Sendable {
    /// Lives from the first instruction that writes it to the last that reads it; memory is shared over time.
    case transient
    /// Keeps its content from step to step: parameters, gradients of parameters, prepared filters, results.
    case persistent
  }

  init(_ name: String, count: Int, _ storage: Storage) {
    self.name = name
    byteCount = count * MemoryLayout<Float>.stride
    self.storage = storage
  }
  init(_ name: String, byteCount: Int, _ storage: Storage) {
    self.name = name
    self.byteCount = byteCount
    self.storage = storage
  }

  /// Floats that it holds.
  package var count: Int { byteCount / MemoryLayout<Float>.stride }
  package var floats: UnsafeMutablePointer<Float> { address.assumingMemoryBound(to: Float.self) }
  package var bytes: UnsafeMutablePointer<UInt8> { address.assumingMemoryBound(to: UInt8.self) }
  package var values: [Float] { Array(UnsafeBufferPointer(start: floats, count: count)) }

  func place(at address: UnsafeMutableRawPointer) { self.address = address }
}
