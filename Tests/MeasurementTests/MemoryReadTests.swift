import Results
import Testing

@testable import Measurement

@Suite struct MemoryReadTests {
  static let small = [Cache(level: 3, type: "Unified", sizeBytes: 32 << 20, sharedBy: 2)]

  @Test func readsFarMoreThanTheCachesAndFarLessThanThereIs() {
    #expect(MemoryRead.byteCount(available: 64 << 30, caches: Self.small) == 512 << 20)
    #expect(MemoryRead.byteCount(available: nil, caches: []) == 512 << 20)
    #expect(MemoryRead.byteCount(available: 1 << 30, caches: Self.small) == 256 << 20)
    #expect(MemoryRead.byteCount(available: 511 << 20, caches: Self.small) == nil)
    let large = [Cache(level: 3, type: "Unified", sizeBytes: 256 << 20, sharedBy: 64)]
    #expect(MemoryRead.byteCount(available: 64 << 30, caches: large) == 1 << 30)
    #expect(MemoryRead.byteCount(available: 2 << 30, caches: large) == nil)
  }

  @Test func readsEveryFloat() {
    let count = 4096
    let floats = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
    defer { floats.deallocate() }
    let values = floats.bindMemory(to: Float.self, capacity: count)
    for index in 0..<count { values[index] = Float(index) }
    // Every partial sum is a whole number below 2^24, so the sum is exact.
    #expect(MemoryRead.sum(floats, byteCount: 4 * count) == Float(count * (count - 1) / 2))
    #expect(MemoryRead.sum(floats, byteCount: 0) == 0)
  }
}
