import Testing

@testable import Convolution

@Suite struct GuardedMemoryTests {
  @Test(arguments: [(4, 64), (64, 64), (100, 64), (4096, 64), (8192, 4096)])
  func writesOutsideShow(_ bytes: Int, _ alignment: Int) throws {
    let memory = try GuardedMemory(bytes, alignment: alignment, "output")
    #expect(UInt(bitPattern: memory.base) % UInt(alignment) == 0)
    memory.base.initializeMemory(as: UInt8.self, repeating: 1, count: bytes)
    #expect(memory.violation == nil)
    memory.base.storeBytes(of: 0, toByteOffset: -4, as: Float.self)
    #expect(memory.violation == "it writes outside its output, 1 float before the first")
    let other = try GuardedMemory(bytes, alignment: alignment, "output")
    other.base.storeBytes(of: 0, toByteOffset: bytes, as: Float.self)
    #expect(other.violation == "it writes outside its output, 1 float behind the last")
  }

  @Test func whatIsOnlyReadIsNotWritten() throws {
    let memory = try GuardedMemory(100, alignment: 64, "bias")
    memory.base.storeBytes(of: 1, toByteOffset: 8, as: Float.self)
    memory.makeReadOnly()
    #expect(memory.base.load(fromByteOffset: 8, as: Float.self) == 1 && memory.violation == nil)
    memory.base.storeBytes(of: 2, toByteOffset: 8, as: Float.self)
    #expect(memory.violation == "it overwrites its bias, element 2")
  }
}
