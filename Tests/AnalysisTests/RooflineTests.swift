import Results
import Testing

@testable import Analysis

@Suite struct RooflineTests {
  /// Records of two layers with bytes, on three back ends.
  static let file: ResultFile = {
    let records = inTurns([("winograd", 0.1), ("im2col", 0.25), ("naive", 10)])
    var file = ResultFile(context: quietContext, records: records)
    for record in file.records.indices {
      file.records[record].memoryBandwidth = 5e10
      file.records[record].layers[0].compulsoryBytes = [.forward: 430_000_000]
      file.records[record].layers[1].compulsoryBytes = [.forward: 415_000_000]
    }
    return file
  }()

  private func roofline(_ file: ResultFile) -> (any Chart)? {
    Report([("a", file)]).groups.flatMap(\.charts).first { $0.title == "Roofline" }
  }

  @Test func everyLayerOfEveryBackEndIsAPoint() throws {
    let chart = try #require(roofline(Self.file))
    #expect(chart.body.components(separatedBy: "<circle").count - 1 == 6)
    // 5.5e9 FLOP take half of the median step. 5e10 bytes/s allow 639.5 GFLOP/s, the peak allows 271.2.
    #expect(chart.body.contains("<title>conv1, winograd: 12.79 FLOP/byte, 74.58 GFLOP/s, 27.5 % of the roof (n32c3"))
    #expect(chart.description.contains("fc6 at 15.9 FLOP/byte: winograd 660"))
    #expect(chart.body.contains(">conv1</text>") && chart.body.contains("memory 50 GB/s</text>"))
    let circles = Report([("a", Self.file)]).html.components(separatedBy: "<circle").count - 1
    #expect(circles == 2 * 60 + 6)
  }

  @Test func withoutPeakOrBandwidthOrBytesThereIsNone() {
    func without(_ change: (inout Record) -> Void) -> ResultFile {
      var file = Self.file
      for index in file.records.indices { change(&file.records[index]) }
      return file
    }
    #expect(roofline(without { $0.peakFlopRate = nil }) == nil)
    #expect(roofline(without { $0.memoryBandwidth = nil }) == nil)
    #expect(roofline(without { for layer in 0..<2 { $0.layers[layer].compulsoryBytes = nil } }) == nil)
    #expect(roofline(without { for layer in 0..<2 { $0.layers[layer].durations = nil } }) == nil)
  }

  /// A record of an older version takes its bytes from the newer ones beside it.
  @Test func oneRecordWithBytesIsEnough() {
    var old = Self.file
    for index in 0..<2 { old.records[0].layers[index].compulsoryBytes = nil }
    #expect(roofline(old) != nil)
  }

  /// The axes always contain the point where the peak and the bandwidth meet.
  @Test func pointsAndRoofLieInside() throws {
    for bandwidth in [1e6, 5e10, 1e15] {
      var file = Self.file
      for index in file.records.indices { file.records[index].memoryBandwidth = bandwidth }
      let chart = try #require(roofline(file))
      for match in chart.body.matches(of: /(?:cx|x[12]?)="([^%]+)%"/) {
        #expect((0...100).contains(try #require(Double(match.1))), "\(match.0) at \(bandwidth)")
      }
      for match in chart.body.matches(of: /(?:cy|y[12]?)="([^"]+)"/) {
        #expect((0...chart.height).contains(try #require(Double(match.1))), "\(match.0) at \(bandwidth)")
      }
    }
  }

  @Test func namesDoNotLieOnEachOther() throws {
    var file = Self.file
    for index in file.records.indices { file.records[index].layers[1] = file.records[index].layers[0] }
    for index in file.records.indices { file.records[index].layers[1].name = "twin" }
    let body = try #require(roofline(file)).body
    #expect(body.contains(">conv1</text>") != body.contains(">twin</text>"))
  }
}
