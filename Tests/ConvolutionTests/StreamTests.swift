import Testing

@testable import Convolution

@Suite struct StreamTests {
  /// Counts below a vector, at the edges of the unrolled blocks, and between.
  static let counts = [0, 1, 3, 7, 16, 37, 64, 127, 128, 129, 1000]
  static let sets = InstructionSet.allCases.filter(\.isAvailable)

  @Test(arguments: sets, counts)
  func everyFloatIsRead(_ set: InstructionSet, _ count: Int) {
    let values = (0..<count).map(Float.init)
    // Every partial sum is a whole number below 2^24, so the sum is exact.
    #expect(set.kernels.sum(values, count: count, rounds: 3) == Float(3 * count * (count - 1) / 2))
    #expect(set.kernels.sum(values, count: count, rounds: 0) == 0)
  }

  @Test(arguments: sets, counts)
  func triadWritesEveryFloatAndNoOther(_ set: InstructionSet, _ count: Int) {
    let (b, c) = ((0..<count).map(Float.init), (0..<count).map { Float($0 % 11) })
    for (rounds, nonTemporal) in [(1, false), (2, false), (1, true), (4, true)] {
      let a = UnsafeMutableBufferPointer<Float>(
        start: UnsafeMutableRawPointer.allocate(byteCount: 4 * (count + 1), alignment: 64)
          .bindMemory(to: Float.self, capacity: count + 1), count: count + 1)
      defer { UnsafeMutableRawPointer(a.baseAddress!).deallocate() }
      a.update(repeating: -1)
      set.kernels.triad(
        b, c, scale: 0.5, into: a.baseAddress!, count: count, rounds: rounds, nonTemporal: nonTemporal)
      let scale: Float = rounds % 2 == 1 ? 0.5 : -0.5
      #expect(Array(a.dropLast()) == (0..<count).map { b[$0] + scale * c[$0] })
      #expect(a[count] == -1)
    }
  }
}
