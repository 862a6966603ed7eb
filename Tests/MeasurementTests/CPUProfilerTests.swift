import Foundation
import Measurement
import TestSupport
import Testing

/// The tests run one after the other, because a process has only one profiler.
@Suite(.serialized) struct CPUProfilerTests {
  /// Two passes go into one file. Their burn-in is ten times as long as their timed steps and must leave no samples.
  @Test func profilesTheTimedStepsOnly() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/cpu.prof"
      let profiler = try CPUProfiler(path: path)
      let plan = MeasurementPlan(burnIn: 1, batches: 1)
      for _ in 0..<2 {
        let clock = ManualClock()
        let workload = FakeWorkload(seconds: [1], clock: clock)
        workload.afterStep = { step in
          let start = Date()
          while Date().timeIntervalSince(start) < (step == 1 ? 1 : 0.1) {}
        }
        _ = measure(workload, plan: plan, clock: clock, interruption: Interruption(), observer: profiler)
      }
      profiler.stop()
      let profile = try #require(FileManager.default.contents(atPath: path))
      // There are 100 ticks per second of processor time: 20 of this test, and some of tests that run at the same time.
      #expect((1...100).contains(ticks(in: profile)))
    }
  }

  /// Counts the samples in gperftools' binary format: a header of five words, then entries of count, depth and
  /// addresses. The last entry has the count 0.
  private func ticks(in profile: Data) -> Int {
    let words = profile.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int.self) }
    }
    guard words.prefix(3) == [0, 3, 0] else { return -1 }
    var (ticks, position) = (0, 5)
    while position + 1 < words.count, words[position] > 0 {
      ticks += words[position]
      position += 2 + words[position + 1]
    }
    return ticks
  }

  @Test func pathThatCannotBeWrittenIsSaidAtOnce() {
    let path = "/nonexistent/cpu.prof"
    let expected = CPUProfiler.Failure.cannotWrite(path: path, reason: "No such file or directory")
    #expect(throws: expected) { try CPUProfiler(path: path) }
    #expect(expected.description.hasPrefix("Cannot write the profile /nonexistent/cpu.prof (No such file"))
  }

  @Test func interruptionBeforeTimingWritesNothing() throws {
    try withDirectory { (directory: String) throws in
      let profiler = try CPUProfiler(path: "\(directory)/cpu.prof")
      profiler.timingEnded(Samples(burnIn: [1], stoppedEarly: .interrupted))
      #expect(FileManager.default.contents(atPath: "\(directory)/cpu.prof") == Data())
    }
  }
}
