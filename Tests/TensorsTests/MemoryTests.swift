import Tensors
import Testing

@Suite struct MemoryTests {
  @Test(arguments: [1, 4096, Memory.alignment, Memory.alignment + 1, 5 << 20])
  func isAlignedAndWholeHugePages(_ size: Int) throws {
    let memory = try Memory(byteCount: size)
    #expect(Int(bitPattern: memory.base).isMultiple(of: Memory.alignment))
    #expect(memory.byteCount == size.rounded(upTo: Memory.alignment))
  }

  @Test func isZeroedAndWritableToTheLastByte() throws {
    let memory = try Memory(byteCount: 3 << 20)
    let bytes = UnsafeMutableRawBufferPointer(start: memory.base, count: memory.byteCount)
    for offset in stride(from: 0, to: bytes.count, by: 509) { #expect(bytes[offset] == 0) }
    bytes[bytes.count - 1] = 7
    #expect(bytes[bytes.count - 1] == 7)
  }

  @Test func isZeroedAgainAfterItWasFreed() throws {
    for _ in 0..<3 {
      let memory = try Memory(byteCount: 1)
      #expect(memory.base.load(as: UInt64.self) == 0)
      memory.base.storeBytes(of: .max, as: UInt64.self)
    }
  }

  @Test(arguments: [1 << 47, 1 << 50, Int.max - 1, Int.max])
  func absurdSizeIsRefusedWithASentence(_ size: Int) {
    let error = #expect(throws: AllocationError.self) { try Memory(byteCount: size) }
    guard let error else { return }
    #expect(error.bytes >= size)
    #expect(error.description.hasPrefix("The system refused \(error.bytes >> 20) MiB of memory ("))
    #expect(error.description.hasSuffix("Use a smaller batch or image."))
  }

  @Test(arguments: [1 << 47, 1 << 62, Int.max])
  func bufferOfAnAbsurdCountIsRefused(_ count: Int) {
    #expect(throws: AllocationError.self) { try FloatBuffer(count: count) }
  }

  @Test func buffersHoldWhatTheyAreGiven() throws {
    let values: [Float] = [1.5, -2, 0, .infinity]
    let buffer = try FloatBuffer(values)
    #expect(buffer.values == values)
    buffer[2] = 3
    #expect(buffer[2] == 3)
    #expect(Array(buffer.buffer) == [1.5, -2, 3, .infinity])
    buffer.fill(4)
    #expect(buffer.values == [4, 4, 4, 4])
  }

  @Test func copiesOfABufferShareItsStorage() throws {
    let buffer = try FloatBuffer(count: 2)
    let copy = buffer
    copy[1] = 9
    #expect(buffer.values == [0, 9])
  }

  @Test func roundsUpToUnits() {
    #expect([0, 1, 63, 64, 65].map { $0.rounded(upTo: 64) } == [0, 64, 64, 64, 128])
  }
}
