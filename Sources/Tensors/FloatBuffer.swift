/// A buffer of floats in page-aligned memory, zeroed at first. It is a class: copies of the reference share the
/// storage.
package final class FloatBuffer: @unchecked Sendable {
  package let count: Int
  package let base: UnsafeMutablePointer<Float>
  private let memory: Memory

  /// - Throws: `AllocationError` where the system refuses the memory.
  package init(count: Int) throws(AllocationError) {
    self.count = count
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    memory = try Memory(byteCount: overflow ? .max : bytes)
    base = memory.base.bindMemory(to: Float.self, capacity: count)
  }

  package convenience init(_ values: [Float]) throws(AllocationError) {
    try self.init(count: values.count)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  package subscript(index: Int) -> Float {
    get { base[index] }
    set { base[index] = newValue }
  }

  package var buffer: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }
  package var values: [Float] { Array(buffer) }

  package func fill(_ value: Float) { base.update(repeating: value, count: count) }
}
