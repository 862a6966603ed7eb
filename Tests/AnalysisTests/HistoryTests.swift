import Foundation
import Results
import Testing

@testable import Analysis

@Suite struct HistoryTests {
  /// Thirty runs, of which the last twelve are a tenth slower, in random order.
  static let files = (0..<30).map { index in file(index, index < 18 ? 0.5 : 0.55) }.reversed() as [(String, ResultFile)]

  static func file(_ index: Int, _ seconds: Double) -> (String, ResultFile) {
    var (record, context) = (quietRecord, quietContext)
    record.durations = (0..<20).map { step in
      let place = (step + index) * 7 % 20
      return seconds * (1 + 0.0001 * Double(place))
    }
    context.startTime = String(format: "2026-01-%02dT12:00:00.000000Z", index + 1)
    context.commit = Commit(hash: String(repeating: "\(index % 10)", count: 40), isDirty: false)
    return (String(format: "run-%02d.json", index), ResultFile(context: context, records: [record]))
  }

  @Test func changeIsFoundAndNamed() throws {
    let trend = try #require(History(Self.files).trends.first)
    #expect(trend.points.count == 30 && trend.points[0].time.hasPrefix("2026-01-01"))
    #expect(trend.changepoints.map(\.index) == [18])
    let sentence = try #require(trend.sentences.first)
    #expect(sentence.contains("10.0 % slower since 2026-01-19T12:00:00, commit 888888888, run-18.json"))
  }

  @Test func tableIsAsRecorded() throws {
    try expectGolden(TextRenderer().render(History(Self.files).table), "history.txt")
  }

  @Test func otherKeysAreOtherTrends() {
    var files = Self.files
    files[0].1.context.machine.cpuModel = "Another"
    files[1].1.records[0].threads = 7
    files[2].1.records[0].protocolName = Record.inTurns
    files[3].1.records[0].batchSize = 1
    files[4].1.records[0].durations = []
    let history = History(files)
    #expect(history.trends.count == 5)
    #expect(history.trends.reduce(0) { $0 + $1.points.count } == 29)
  }

  @Test func warningsAreNotes() {
    var files = Self.files
    files[0].1.records[0].durations = [0.5, 0.5, 0.5]
    let notes = History(files).table.notes
    #expect(notes.last?.hasPrefix("Warning (run-29.json): 3 timed steps are too few") == true, "\(notes)")
  }

  @Test func pageHasAPointForEachRun() {
    let html = History(Self.files).html
    #expect(html.components(separatedBy: "<circle").count - 1 == 30)
    #expect(html.contains("+10.0 %"))
    #expect(!html.contains("nan"))
  }
}
