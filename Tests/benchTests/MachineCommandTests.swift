import Convolution
import Foundation
import Measurement
import Results
import Testing

@testable import bench

/// The tests follow each other, because the first one measures and the others take what it found.
@Suite(.serialized) struct MachineCommandTests {
  @Test func measuresOnceAndPrintsBounds() throws {
    let first = Outcome(["machine", "--threads", "1", "--format", "json"])
    #expect(first.status == 0, "\(first.err)")
    let file = try MachineFile(json: Data(first.out.utf8), path: "x")
    #expect(file.bounds.map(\.threads) == [1] && file.bounds.first?.instructionSet == InstructionSet.best.rawValue)
    #expect(file.fmaPeaks.map(\.instructionSet) == InstructionSet.allCases.filter(\.isAvailable).map(\.rawValue))
    #expect(file.fmaPeaks.last?.rate == file.bounds.first?.fmaPeak)
    #expect(file.bounds.first?.l2 != nil && file.bounds.first?.readCurve.isEmpty == false)

    let second = Outcome(["machine", "--threads", "1", "--curve"])
    #expect(second.status == 0 && second.err == "", "\(second.err)")
    #expect(second.out.contains("Memory bandwidth, ") && second.out.contains("Multiply-add peak"))
    #expect(second.out.contains("Read bandwidth by working set") && second.out.contains("--refresh measures again."))
    let again = try MachineFile(
      json: Data(Outcome(["machine", "--threads", "1", "--format", "json"]).out.utf8), path: "x")
    #expect(again.bounds.first?.levels == file.bounds.first?.levels)
  }

  @Test func formatsAreThoseOfOtherCommands() {
    let markdown = Outcome(["machine", "--threads", "1", "--format", "markdown"])
    #expect(markdown.status == 0 && markdown.out.hasPrefix("### Memory bandwidth"), "\(markdown.err)")
    let csv = Outcome(["machine", "--threads", "1", "--format", "csv"])
    #expect(csv.out.hasPrefix("level,threads,working set [B],read [B/s],triad [B/s],non-temporal triad [B/s]\r\n"))
    #expect(csv.err.contains("'Multiply-add peak, single precision' is left out"))
  }

  @Test func wrongOptionsAreRefused() {
    expectRefusal(["machine", "--threads", "0"], status: 64, saying: "--threads must be 1 to 1024, not 0.")
    expectRefusal(["machine", "--format", "yaml"], status: 64, saying: "There is no format 'yaml'.")
  }

  @Test func ageIsSaidInTheLargestUnit() {
    #expect(age(seconds: -5) == "just now" && age(seconds: 59) == "just now")
    #expect(age(seconds: 60) == "1 minute ago" && age(seconds: 3599) == "59 minutes ago")
    #expect(age(seconds: 3 * 3600 + 1800) == "3 hours ago" && age(seconds: 6 * 24 * 3600 + 1) == "6 days ago")
  }

  @Test func whatWasNotMeasuredIsSaid() {
    let bounds = MachineBounds(
      threads: 1, instructionSet: "avx2", fmaPeak: 1e11,
      levels: [.init(level: .l2, workingSet: 1 << 19, read: 6.25e10, triad: 5e10, nonTemporalTriad: nil)],
      readCurve: [.init(workingSet: 1 << 14, read: 1e11)], measuredAt: 1000)
    let file = MachineFile(context: capturedContext(), bounds: [bounds], fmaPeaks: [])
    let tables = MachineTables(file, now: WallTime(microseconds: (1000 + 7200) * 1_000_000)).all(withCurve: true)
    #expect(tables.count == 3 && tables[2].rows == [[.number(16384), .number(1e11)]])
    #expect(tables[0].rows == [[.text("l2"), .number(1), .number(524288), .number(6.25e10), .number(5e10), .missing]])
    #expect(tables[0].notes.contains { $0.hasPrefix("There is no last-level cache, ") })
    #expect(tables[0].notes.contains { $0.hasPrefix("There is too little memory ") })
    #expect(tables[0].notes.last == "Measured 2 hours ago; --refresh measures again.")
  }
}
