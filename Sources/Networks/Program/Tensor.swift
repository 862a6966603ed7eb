import Tensors

/// A tensor of a program. It gets its memory when the program is allocated.
package final class Tensor: @unchecked Sendable {
  package let name: String
  package let byteCount: Int
  package let storage: Storage
  /// How many images of the batch it holds, if it holds images: all, or those of the micro-batch written last.
  let images: Int?
  private(set) var address: UnsafeMutableRawPointer!

  package enum Storage: Sendable {
    /// Lives from the first operation that writes it to the last that reads it; memory is shared over time.
    case transient
    /// The same, but what an operation writes for a micro-batch is read for that micro-batch only.
    case microBatch
    /// Keeps its content from step to step: parameters, gradients of parameters, packed filters, results.
    case persistent
  }

  convenience init(_ name: String, count: Int, _ storage: Storage) {
    self.init(name, byteCount: count * MemoryLayout<Float>.stride, storage)
  }
  /// Makes a tensor of `images` images with `count` floats each.
  convenience init(_ name: String, images: Int, of count: Int, _ storage: Storage) {
    self.init(name, byteCount: images * count * MemoryLayout<Float>.stride, storage, images: images)
  }
  init(_ name: String, byteCount: Int, _ storage: Storage, images: Int? = nil) {
    self.name = name
    self.byteCount = byteCount
    self.storage = storage
    self.images = images
  }

  /// Floats that it holds.
  package var count: Int { byteCount / MemoryLayout<Float>.stride }
  package var floats: UnsafeMutablePointer<Float> { address.assumingMemoryBound(to: Float.self) }
  /// The address at which an image of the batch begins, in a tensor that holds images.
  func floats(of image: Int) -> UnsafeMutablePointer<Float> {
    guard let images else { fatalError("\(name) holds no images") }
    return floats + image % images * (count / images)
  }
  package var bytes: UnsafeMutablePointer<UInt8> { bytes(as: UInt8.self) }
  /// Its memory as that of other numbers than floats.
  func bytes<Value>(as type: Value.Type) -> UnsafeMutablePointer<Value> { address.assumingMemoryBound(to: type) }
  package var values: [Float] { Array(UnsafeBufferPointer(start: floats, count: count)) }

  func place(at address: UnsafeMutableRawPointer) { self.address = address }
}
