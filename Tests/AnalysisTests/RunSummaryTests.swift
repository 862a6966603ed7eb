import Analysis
import Results
import Testing

@Suite struct RunSummaryTests {
  @Test func quietRunIsAsRecorded() throws {
    let summary = try #require(RunSummary(quietRecord, quietContext))
    #expect(summary.warnings.isEmpty)
    try expectGolden(summary.lines.joined(separator: "\n") + "\n", "summary.quiet.txt")
  }

  @Test func troubledRunIsAsRecorded() throws {
    var record = quietRecord
    record.durations = [0.9] + record.durations.dropFirst(8)
    record.stoppedEarly = .maxTime
    record.maxTime = 45
    record.verification = .skipped
    record.peakFlopRate = nil
    record.prepareTime = nil
    record.peakResidentBytes = nil
    record.predictedBytes = nil
    record.workspaceBytes = nil
    record.layers = []
    record.threads = 4
    var context = quietContext
    context.machine.governor = "unknown"
    context.environment = ["OPENBLAS_CORETYPE": "Haswell"]
    context.build.timedCodeIsOptimised = false
    context.activity = Activity(elapsed: 60, othersCPUTime: 30, stolenCPUTime: 6, majorPageFaults: 1234)
    let summary = try #require(RunSummary(record, context))
    try expectGolden(summary.lines.joined(separator: "\n") + "\n", "summary.troubled.txt")
  }

  @Test func figuresAreThoseOfTheMedian() throws {
    var record = quietRecord
    record.durations = [0.5, 0.25, 1]
    let summary = try #require(RunSummary(record, quietContext))
    #expect(summary.imagesPerSecond == 64)
    #expect(summary.flopRate == 2e11)
    #expect(abs(try #require(summary.peakShare) - 2e11 / 2.712e11) < 1e-12)
  }

  @Test func withoutStepsThereIsNone() {
    var record = quietRecord
    record.durations = []
    #expect(RunSummary(record, quietContext) == nil)
  }

  @Test func layerTableIsAsRecorded() throws {
    try expectGolden(TextRenderer().render(LayerTable.table(quietRecord)), "layers.txt")
  }

  @Test func layersWithoutTimesHaveNoColumnsForThem() {
    var record = quietRecord
    for index in record.layers.indices { record.layers[index].durations = nil }
    let table = LayerTable.table(record)
    #expect(table.columns.map(\.name) == ["layer", "problem", "back end", "rate", "FLOP/byte", "share"])
    #expect(table.rows.allSatisfy { $0[3] == .missing && $0[5] == .missing })
  }
}
