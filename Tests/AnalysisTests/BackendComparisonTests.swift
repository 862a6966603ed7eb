import Analysis
import Results
import Testing

@Suite struct BackendComparisonTests {
  static let records = inTurns([("winograd", 0.1), ("im2col", 0.25), ("naive", 10)])

  @Test func tableIsAsRecorded() throws {
    let comparison = try #require(BackendComparison(Self.records))
    try expectGolden(TextRenderer().render(comparison.table(notes: ["x is left out."], quietContext)), "backends.txt")
  }

  @Test func speedIsOfTheRounds() throws {
    let comparison = try #require(BackendComparison(Self.records))
    #expect(comparison.baseline.backend == "im2col")
    let speed = try #require(comparison.speed(Self.records[0]))
    #expect(abs(speed.ratio - 2.5) < 1e-12 && speed.count == 20)
    #expect(comparison.speed(Self.records[1]) == nil)
  }

  @Test func baselineIsTheOneNamedOrTheLast() throws {
    #expect(BackendComparison(Self.records, baseline: "winograd")?.baseline.backend == "winograd")
    #expect(BackendComparison([Self.records[0], Self.records[2]])?.baseline.backend == "naive")
    #expect(BackendComparison([]) == nil)
  }

  @Test func fastestBackEndsAreAsRecorded() throws {
    let comparison = try #require(BackendComparison(Self.records))
    try expectGolden(TextRenderer().render(FastestBackends(comparison).table), "fastest.txt")
  }

  /// A back end that leaves a layer to another one is not compared with that one.
  @Test func layerThatAllLeaveToOneHasNoSecond() throws {
    let table = FastestBackends(try #require(BackendComparison(Self.records))).table
    let row = try #require(table.rows.first { $0[0] == .text("fc6") })
    #expect(row[2] == .text("direct") && row[5] == .missing)
    #expect(table.rows.count == 2)
  }

  /// What one plan computes on one back end is compared with the sum of its convolutions on the others.
  @Test func chainIsComparedWithTheSumOfItsConvolutions() throws {
    func row(_ name: String, _ backend: String, _ seconds: Double) -> LayerRecord {
      LayerRecord(
        name: name, problem: "of \(name)", backends: [.forward: backend], flop: [.forward: 1e9],
        durations: [.forward: [Double](repeating: seconds, count: 20)])
    }
    var records = [Self.records[0], Self.records[1]]
    var chain = row("block/expand+project", "direct", 0.05)
    chain.convolutions = ["block/expand", "block/project"]
    chain.flop = [.forward: 2e9]
    records[0].layers = [chain, row("fc", "direct", 0.01)]
    records[1].layers = [
      row("block/expand", "im2col", 0.02), row("block/project", "direct", 0.08), row("fc", "direct", 0.01),
    ]
    let table = FastestBackends(try #require(BackendComparison(records))).table
    #expect(table.rows.map { $0[0] } == [.text("block/expand+project"), .text("fc")])
    let first = table.rows[0]
    #expect(first[1] == .text("of block/expand+project") && first[2] == .text("direct"))
    #expect(first[3] == .number(0.05) && first[4] == .number(4e10))
    #expect(first[5] == .text("im2col/direct"))
    guard case .number(let ratio) = first[6] else {
      Issue.record("\(first)")
      return
    }
    #expect(abs(ratio - 2) < 1e-12)
  }
}
