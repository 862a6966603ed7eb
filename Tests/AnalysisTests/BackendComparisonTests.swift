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
}
