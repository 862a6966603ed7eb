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
    #expect(comparison.reference.backend == "im2col")
    let speed = try #require(comparison.speed(Self.records[0]))
    #expect(abs(speed.ratio - 2.5) < 1e-12 && speed.count == 20)
    #expect(comparison.speed(Self.records[1]) == nil)
  }

  @Test func referenceIsTheOneNamedOrTheLast() throws {
    #expect(BackendComparison(Self.records, reference: "winograd")?.reference.backend == "winograd")
    #expect(BackendComparison([Self.records[0], Self.records[2]])?.reference.backend == "naive")
    #expect(BackendComparison([]) == nil)
  }

  @Test func winnersAreAsRecorded() throws {
    let comparison = try #require(BackendComparison(Self.records))
    try expectGolden(TextRenderer().render(LayerWinners(comparison).table), "winners.txt")
  }

  /// Who leaves a layer to another does not compete with it.
  @Test func layerThatAllLeaveToOneHasNoSecond() throws {
    let table = LayerWinners(try #require(BackendComparison(Self.records))).table
    let row = try #require(table.rows.first { $0[0] == .text("fc6") })
    #expect(row[2] == .text("direct") && row[5] == .missing)
    #expect(table.rows.count == 2)
  }
}
