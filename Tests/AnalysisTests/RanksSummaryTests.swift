import Foundation
import Results
import Testing

@testable import Analysis

@Suite struct RanksSummaryTests {
  /// Two ranks of 32 images whose steps take 0.5 and 0.4 s, of which 0.05 s in 0.25 are exposed.
  private static let record: Record = {
    var record = quietRecord
    record.durations = [0.5, 0.5]
    var ranks = [0.5, 0.4].enumerated().map { index, duration in
      RankRecord(
        host: "node", cores: [index], threads: 1, durations: [duration, duration], inFlight: [0.25, 0.25],
        exposed: [0.05, 0.05], separateDurations: [0.45, 0.36])
    }
    ranks[0].aloneDurations = [0.4, 0.375]
    record.ranks = RanksRecord(
      library: "Open MPI v4", bucketBytes: 8 << 20,
      buckets: [BucketRecord(bytes: 6 << 20, ready: 0.25), BucketRecord(bytes: 2 << 20, ready: 0.45)],
      gradientBytes: 8 << 20, sharesCores: false, ranks: ranks)
    return record
  }()

  @Test func slowestRankDecides() throws {
    let summary = try #require(RanksSummary(Self.record))
    #expect(summary.imagesPerSecond == 128)
    #expect(abs(summary.hiddenShare! - 0.8) < 1e-12)
    // 0.4 / 0.5 and 0.375 / 0.5; 0.45 / 0.5 and 0.36 / 0.5.
    #expect(abs(summary.efficiency!.median - 0.775) < 1e-12)
    #expect(abs(summary.communicationEfficiency!.median - 0.81) < 1e-12)
  }

  @Test func rowsNameEveryRank() throws {
    let lines = try #require(RunSummary(Self.record, quietContext)).lines
    func line(_ name: String) -> String { lines.first { $0.hasPrefix("  \(name) ") } ?? "" }
    #expect(line("rank 0").hasSuffix("64.00 +/- 0.00 images/s on node, core 0"))
    #expect(line("rank 1").hasSuffix("80.00 +/- 0.00 images/s on node, core 1"))
    #expect(line("ranks").contains("128.00 +/- 0.00 images/s in total"))
    #expect(line("gradients").contains("8.0 MiB a rank and step in 2 all-reduces, Open MPI v4"))
    #expect(line("gradients").hasSuffix("exposed 50.00 ms, 80 % hidden by overlap"))
    #expect(lines[0].contains("2 ranks, 2 threads"))
  }

  @Test func oneProcessHasNone() {
    #expect(RanksSummary(quietRecord) == nil)
    #expect(!RunSummary(quietRecord, quietContext)!.lines.joined().contains("rank"))
  }

  /// The other ranks of a host are no disturbance, but shared cores are.
  @Test func sharedCoresAreWarnedOf() {
    var (record, context) = (Self.record, quietContext)
    context.activity = Activity(elapsed: 60, othersCPUTime: 30, stolenCPUTime: 0)
    #expect(ContextWarning.all(record, context) == [])
    record.ranks?.sharesCores = true
    #expect(ContextWarning.all(record, context) == [.ranksShareCores])
    record.ranks = nil
    #expect(ContextWarning.all(record, context) == [.load(cores: 0.5)])
  }

  @Test func runsOfOtherRanksAreNotPooled() {
    #expect(Runs.Key(Self.record) != Runs.Key(quietRecord))
    #expect(Runs.pool([ResultFile(context: quietContext, records: [Self.record, quietRecord])]).count == 2)
  }

  @Test func fileKeepsTheRanks() throws {
    let file = ResultFile(context: quietContext, records: [Self.record])
    #expect(try ResultFile(json: file.json(), path: "x") == file)
    var broken = file
    broken.records[0].ranks?.ranks[1].exposed[1] = -1
    #expect {
      try ResultFile(json: broken.json(), path: "x")
    } throws: {
      "\($0)".contains("records[0].ranks.ranks[1].exposed_s[1]")
    }
    let alone = try ResultFile(context: quietContext, records: [quietRecord]).json()
    #expect(!String(decoding: alone, as: UTF8.self).contains("ranks"))
  }

  /// Rank 0 alone takes 0.3875 s; its last bucket was ready after 0.45 s of the 0.5 s with others.
  @Test func modelTakesTheStepAlone() throws {
    let model = try #require(RingModel(Self.record))
    #expect(abs(model.step - 0.3875) < 1e-12 && abs(model.update - 0.03875) < 1e-12)
    #expect(RingModel(quietRecord) == nil)
  }
}
