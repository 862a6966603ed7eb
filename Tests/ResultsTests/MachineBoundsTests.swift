import Results
import Testing

@Suite struct MachineBoundsTests {
  private func bounds(read: Double, dram: Double?, workingSet: Int = 1 << 20) -> MachineBounds {
    MachineBounds(
      threads: 1, instructionSet: "avx2", fmaPeak: 1e11,
      levels: [
        LevelBandwidth(level: .l2, workingSet: workingSet, read: read, triad: 2 * read, nonTemporalTriad: nil),
        LevelBandwidth(level: .dram, workingSet: 1 << 30, read: 1e10, triad: 1e10, nonTemporalTriad: dram),
      ],
      readCurve: [ReadBandwidth(workingSet: workingSet, read: read)], measuredAt: 1)
  }

  @Test func bandwidthsAreRaisedToHigherOnes() {
    var now = bounds(read: 2e10, dram: 3e10)
    now.raise(to: bounds(read: 5e10, dram: 1e10))
    #expect(now == bounds(read: 5e10, dram: 3e10))
    now.raise(to: bounds(read: 1e10, dram: 4e10))
    #expect(now == bounds(read: 5e10, dram: 4e10))
  }

  @Test func anotherWorkingSetSaysNothing() {
    var now = bounds(read: 2e10, dram: 3e10)
    now.raise(to: bounds(read: 5e10, dram: nil, workingSet: 2 << 20))
    #expect(now == bounds(read: 2e10, dram: 3e10))
  }
}
