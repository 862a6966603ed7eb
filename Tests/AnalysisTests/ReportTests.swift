import Foundation
import Results
import Testing

@testable import Analysis

@Suite struct ReportTests {
  static let file = ResultFile(
    context: quietContext, records: inTurns([("winograd", 0.1), ("im2col", 0.25), ("naive", 10)]))

  /// Each point is a circle whose title has its value.
  @Test func everyStepIsAPointTwice() {
    let html = Report([("a.json", Self.file)]).html
    #expect(html.components(separatedBy: "<circle").count - 1 == 2 * 60)
    #expect(html.contains("<title>step 19: 195 ms</title>"))
  }

  @Test func chartsAreThoseThatHaveSomethingToShow() {
    func titles(_ files: [(String, ResultFile)]) -> [String] {
      Report(files).groups.flatMap { $0.charts.map(\.title) }
    }
    #expect(titles([("a", Self.file)]) == ["Side by side", "Every step", "Steps in their order", "Layer by layer"])
    var single = ResultFile(context: quietContext, records: [quietRecord])
    #expect(titles([("a", single)]) == ["Every step", "Steps in their order", "Layer by layer"])
    for index in single.records[0].layers.indices { single.records[0].layers[index].durations = nil }
    #expect(titles([("a", single)]) == ["Every step", "Steps in their order"])
  }

  /// Two files of the same back end have different names and are not compared in pairs.
  @Test func severalFilesAreNumbered() throws {
    let single = ResultFile(context: quietContext, records: [quietRecord])
    let group = try #require(Report([("a", single), ("b", single)]).groups.first)
    #expect(group.series.map(\.name) == ["auto (1)", "auto (2)"])
    #expect(Set(group.series.map(\.colour)).count == 2)
    #expect(!Report([("a", single), ("b", single)]).html.contains(" x auto"))
  }

  @Test func speedOfTurnsStandsBesideTheBar() {
    #expect(Report([("a", Self.file)]).html.contains("(2.5 x im2col, 2.5 to 2.5)"))
  }

  @Test func warningsComeFirstAndOnce() throws {
    var file = Self.file
    file.context.machine.governor = "unknown"
    let html = Report([("a", file)]).html
    let warning = try #require(html.range(of: "The frequency governor is unknown"))
    #expect(html.components(separatedBy: "The frequency governor is unknown").count == 2)
    #expect(warning.lowerBound < html.range(of: "<table")!.lowerBound)
    #expect(html.contains("<span>all 3</span>"))
  }

  @Test func pageNeedsNothingElse() {
    let html = Report([("a", Self.file)]).html
    for external in ["http:", "https:", "src=", "url(", "@import"] { #expect(!html.contains(external), "\(external)") }
    #expect(html.hasPrefix("<!DOCTYPE html>") && html.contains("lang=\"en\""))
  }

  /// A name from a file is escaped, whatever it contains.
  @Test func namesAreEscaped() {
    var file = Self.file
    file.records[0].model = "<script>alert(1)</script>"
    file.context.machine.cpuModel = "A \"quoted\" & <b>bold</b> one"
    let html = Report([("<i>.json", file)]).html
    for broken in ["<script>alert", "<b>bold", "<i>.json"] { #expect(!html.contains(broken), "\(broken)") }
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
  }

  @Test func everyChartHasANameAndADescription() {
    let html = Report([("a", Self.file)]).html
    let charts = html.components(separatedBy: "<svg").count - 1
    #expect(charts == 4)
    #expect(html.components(separatedBy: "role=\"img\"").count - 1 == charts)
    #expect(html.components(separatedBy: "<desc id=").count - 1 == charts)
    #expect(html.components(separatedBy: "<table").count == html.components(separatedBy: "<caption>").count)
  }

  @Test func tableIsAsRecorded() throws {
    try expectGolden(TextRenderer().render(Report([("a.json", Self.file)]).table), "report.txt")
  }

  @Test func numbersStayFinite() {
    var file = Self.file
    for index in file.records.indices { file.records[index].durations = [0.25] }
    let html = Report([("a", file)]).html
    for word in ["nan", "inf%", "\"inf"] { #expect(!html.contains(word), "\(word)") }
  }
}
