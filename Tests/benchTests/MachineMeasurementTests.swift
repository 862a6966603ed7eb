import Convolution
import Foundation
import Measurement
import Results
import TestSupport
import Testing

@testable import bench

/// Measurements on working sets of a few KiB, with caches of their own.
@Suite struct MachineMeasurementTests {
  static let sizes = StreamSizes(threads: 1, bytes: [.l1: 16 << 10, .l2: 32 << 10, .dram: 64 << 10])
  static let noon = WallTime(microseconds: 1_796_000_000_000_000)

  private static func example() -> Machine {
    var machine = Machine(availableCores: 1)
    machine.cpuModel = "Example"
    return machine
  }

  private func withMeasurement(
    _ machine: Machine = example(), _ body: (inout MachineMeasurement, ManualClock) throws -> Void
  ) throws {
    try withDirectory { (directory: String) throws in
      let clock = ManualClock(start: Self.noon)
      var measurement = MachineMeasurement(
        machine: machine, peaks: PeakCache(path: "\(directory)/peak.json", clock: clock),
        cache: DatedCache(path: "\(directory)/machine.json", clock: clock), duration: 0.001)
      measurement.disturbs = { _ in false }
      try body(&measurement, clock)
    }
  }

  private let context: ExecutionContext

  init() throws { context = try Self.context("--threads", "1", "--isa", "baseline") }

  private static func context(_ options: String...) throws -> ExecutionContext {
    try MachineOptions.parse(options).context()
  }

  @Test func everyLevelOfTheSizesIsMeasured() throws {
    try withMeasurement { measurement, _ in
      for context in [context, try Self.context("--threads", "3")] {
        let threads = context.pool.count
        let sizes = StreamSizes(
          threads: threads, bytes: [.l1: threads * 16 << 10, .l2: threads * 20 << 10, .dram: threads * 68 << 10])
        let bounds = try measurement.bounds(context, sizes: sizes)
        #expect(bounds.threads == threads && bounds.instructionSet == context.instructionSet.rawValue)
        #expect(bounds.levels.map(\.level) == [.l1, .l2, .dram] && bounds.llc == nil)
        #expect(bounds.levels.map(\.workingSet) == [16, 20, 68].map { threads * $0 << 10 })
        #expect(bounds.readCurve.map(\.workingSet) == [16, 32, 64].map { threads * $0 << 10 })
        let rates = bounds.levels.flatMap { [$0.read, $0.triad] } + bounds.readCurve.map(\.read)
        #expect((rates + [bounds.fmaPeak]).allSatisfy { (1e6...1e15).contains($0) }, "\(rates)")
        #expect(bounds.levels.map { $0.nonTemporalTriad == nil } == [true, true, false])
      }
    }
  }

  @Test func boundsOfABusyMomentAreMeasuredAgainSoon() throws {
    try withMeasurement { measurement, clock in
      measurement.disturbs = { _ in true }
      let first = try measurement.bounds(context, sizes: Self.sizes)
      #expect(first.wasBusy == true)
      measurement.disturbs = { _ in false }
      clock.advance(seconds: 599)
      #expect(try measurement.bounds(context, sizes: Self.sizes).measuredAt == first.measuredAt)
      clock.advance(seconds: 2)
      let second = try measurement.bounds(context, sizes: Self.sizes)
      #expect(second.wasBusy == nil && second.measuredAt == first.measuredAt + 601)
      // Each bandwidth is the higher one of the two.
      for (known, raised) in zip(first.levels, second.levels) {
        #expect(raised.read >= known.read && raised.triad >= known.triad)
        #expect(raised.nonTemporalTriad ?? 1 >= known.nonTemporalTriad ?? 0)
      }
      #expect(zip(first.readCurve, second.readCurve).allSatisfy { $1.read >= $0.read })
    }
  }

  @Test func knownBoundsAreNotMeasuredAgainForSevenDays() throws {
    try withMeasurement { measurement, clock in
      var notes: [String] = []
      measurement.note = { notes.append($0) }
      let first = try measurement.bounds(context, sizes: Self.sizes)
      #expect(first.measuredAt == Self.noon.microseconds / 1_000_000)
      clock.advance(seconds: 7 * 24 * 3600 - 1)
      #expect(try measurement.bounds(context, sizes: Self.sizes) == first)
      #expect(notes == ["Measuring what bounds 1 thread with baseline: about 3 s."])
      clock.advance(seconds: 1)
      #expect(try measurement.bounds(context, sizes: Self.sizes).measuredAt == first.measuredAt + 7 * 24 * 3600)
      #expect(notes.count == 2)
    }
  }

  @Test func refreshMeasuresAgain() throws {
    try withMeasurement { measurement, clock in
      let first = try measurement.bounds(context, sizes: Self.sizes)
      clock.advance(seconds: 60)
      measurement.refresh = true
      let second = try measurement.bounds(context, sizes: Self.sizes)
      #expect(second.measuredAt == first.measuredAt + 60)
      #expect(try measurement.fmaPeak(context).measuredAt == first.measuredAt + 60)
      clock.advance(seconds: 60)
      measurement.refresh = false
      #expect(try measurement.bounds(context, sizes: Self.sizes) == measurement.bounds(context, sizes: Self.sizes))
      #expect(try measurement.bounds(context, sizes: Self.sizes).measuredAt == second.measuredAt)
    }
  }

  /// Later runs may see a higher peak, which then bounds the same threads everywhere.
  @Test func peakIsTheHighestKnown() throws {
    try withMeasurement { measurement, _ in
      _ = try measurement.bounds(context, sizes: Self.sizes)
      measurement.peaks.replace(PeakCache.Key(fmaOf: context, cpuModel: "Example"), with: 1e15)
      #expect(try measurement.bounds(context, sizes: Self.sizes).fmaPeak == 1e15)
    }
  }

  /// A run with little memory has no figure for it; a later one measures.
  @Test func missingLevelIsMeasuredWhenItCanBe() throws {
    try withMeasurement { measurement, _ in
      let short = try measurement.bounds(context, sizes: Self.sizes.withoutDRAM())
      #expect(short.dram == nil)
      #expect(try measurement.bounds(context, sizes: Self.sizes).dram != nil)
      #expect(try measurement.bounds(context, sizes: Self.sizes.withoutDRAM()).dram != nil)
    }
  }

  @Test func otherMachineIsMeasured() throws {
    var other = Self.example()
    other.microcode = "0x2"
    try withMeasurement { measurement, _ in
      var notes = 0
      measurement.note = { _ in notes += 1 }
      _ = try measurement.bounds(context, sizes: Self.sizes)
      let same = measurement.cache
      measurement = MachineMeasurement(
        machine: other, peaks: measurement.peaks, cache: same, duration: 0.001, note: { _ in notes += 1 },
        disturbs: { _ in false })
      _ = try measurement.bounds(context, sizes: Self.sizes)
      #expect(notes == 2)
      let two = try Self.context("--threads", "2", "--isa", "baseline")
      _ = try measurement.bounds(two, sizes: StreamSizes(threads: 2, bytes: [.l1: 32 << 10]))
      #expect(notes == 3)
    }
  }

  @Test func memoryThatTheSystemRefusesIsLeftOut() throws {
    try withMeasurement { measurement, _ in
      let sizes = StreamSizes(threads: 1, bytes: [.l1: 16 << 10, .dram: 1 << 58])
      #expect(try measurement.bounds(context, sizes: sizes).levels.map(\.level) == [.l1])
      measurement.refresh = true
      let impossible = StreamSizes(threads: 1, bytes: [.l1: 1 << 58])
      let error = try #require(throws: Failure.self) { _ = try measurement.bounds(context, sizes: impossible) }
      #expect(error.status == 1 && error.description.hasSuffix("raise the limit."))
    }
  }
}
