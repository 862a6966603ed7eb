import Results
import Testing

@testable import Analysis

@Suite struct ScalingTests {
  /// Records of 1, 2 and 4 threads. The machine slows down from round to round, equally for all.
  private func sweep(_ seconds: [(threads: Int, batch: Int, time: Double)]) -> ResultFile {
    let records = seconds.map { threads, batch, time -> Record in
      var record = inTurns([("auto", time)])[0]
      (record.threads, record.batchSize) = (threads, batch)
      return record
    }
    return ResultFile(context: quietContext, records: records)
  }

  @Test func efficiencyIsWhatIsLeftOfEachThread() throws {
    let file = sweep([(4, 8, 0.3), (1, 8, 1), (2, 8, 0.5), (1, 2, 0.2)])
    let scaling = try #require(Scaling.all(file).first)
    #expect(scaling.records.map { [$0.batchSize, $0.threads] } == [[2, 1], [8, 1], [8, 2], [8, 4]])
    let speeds = scaling.records.map { scaling.speed($0)?.ratio }
    #expect(speeds[0] == nil && speeds[1] == nil)
    #expect(abs(speeds[2]! - 2) < 1e-9 && abs(speeds[3]! - 1 / 0.3) < 1e-9)
    #expect(abs(scaling.efficiency(scaling.records[3], speeds[3]!) - 1 / 1.2) < 1e-9)
    let table = scaling.table()
    #expect(table.rows.count == 4 && table.notes[0].hasPrefix("Speed: relative to 1 thread with the same batch"))
    #expect(ScalingChart(scaling: scaling).body.components(separatedBy: "<circle").count == 5)
  }

  @Test func boundIsTheKindWithMostOfTheTime() throws {
    var file = sweep([(1, 8, 1), (2, 8, 0.5)])
    file.records[0].boundTimes = [.compute: 0.5, .memory: 0.3, .cache: 0]
    let scaling = try #require(Scaling.all(file).first)
    let bound = try #require(scaling.records[0].bound)
    #expect(bound.kind == .compute && abs(bound.time - 0.8) < 1e-12 && scaling.records[1].bound == nil)
  }

  /// A comparison of back ends is no sweep, nor are runs that did not take turns.
  @Test func otherFilesAreNoSweeps() {
    #expect(Scaling.all(ResultFile(context: quietContext, records: inTurns([("a", 1), ("b", 2)]))).isEmpty)
    var file = sweep([(1, 8, 1), (2, 8, 0.5)])
    for index in file.records.indices { file.records[index].protocolName = "classic" }
    #expect(Scaling.all(file).isEmpty)
    #expect(Scaling.all(sweep([(1, 8, 1), (1, 8, 1)])).isEmpty)
    #expect(Scaling.all(sweep([(1, 8, 1)])).isEmpty && Scaling.all(sweep([(1, 8, 1)]), fewest: 1).count == 1)
  }
}
