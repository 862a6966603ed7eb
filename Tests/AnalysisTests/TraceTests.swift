import Foundation
import TestSupport
import Testing

@testable import Analysis

@Suite struct TraceTests {
  private static let label = TraceLabel("x", category: "job")

  private func slice(_ begin: UInt64, _ end: UInt64, _ depth: Int = 0) -> TraceSlice {
    TraceSlice(begin, end, depth: depth, Self.label)
  }

  private func times(_ slices: [TraceSlice]) -> [[UInt64]] { TraceSlice.nested(slices).map { [$0.begin, $0.end] } }

  /// The file of one process with as many tracks as the step has.
  private func written(_ step: TraceStep, origin: UInt64 = 0) throws -> TraceFile {
    var writer = TraceWriter([
      TraceProcess(name: "p", tracks: step.tracks.indices.map { "worker \($0)" }, origin: origin)
    ])
    writer.add(try #require(writer.encoded(step, of: 0)), of: 0)
    #expect(writer.file.count == writer.byteCount)
    return try TraceFile(writer.file)
  }

  @Test func slicesThatFitAreNotChanged() {
    #expect(times([slice(10, 20, 1), slice(20, 30, 1), slice(0, 40)]) == [[0, 40], [10, 20], [20, 30]])
    // Spans come in the order in which they ended.
    #expect(times([slice(1, 2, 2), slice(1, 3, 1), slice(1, 3, 0)]) == [[1, 3], [1, 3], [1, 2]])
  }

  @Test func overlappingSlicesAreCut() {
    // A phase outlives its job, a job its operation.
    #expect(times([slice(0, 100, 1), slice(50, 101, 2)]) == [[0, 100], [50, 100]])
    // The next operation begins before the one before it ends.
    #expect(times([slice(0, 100, 1), slice(98, 200, 1)]) == [[0, 100], [100, 200]])
    #expect(times([slice(0, 100, 1), slice(99, 200, 2)]) == [[0, 100], [100, 200]])
    // What lies within the cut moves with it, or has no time left.
    #expect(times([slice(0, 100, 1), slice(98, 200, 1), slice(98, 150, 2)]) == [[0, 100], [100, 200], [100, 150]])
    #expect(times([slice(0, 100, 1), slice(98, 200, 1), slice(98, 99, 2)]) == [[0, 100], [100, 200]])
    #expect(times([slice(0, 9), slice(3, 3)]) == [[0, 9]])
  }

  @Test func slicesOfDisagreeingClocksAreNested() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      let tracks = (0..<3).map { _ in
        (0..<200).map { _ in
          let begin = UInt64.random(in: 1000...3000, using: &random)
          return slice(begin, begin + .random(in: 0...500, using: &random), .random(in: 0...3, using: &random))
        }
      }
      let file = try written(TraceStep(tracks: tracks), origin: 1000)
      #expect(file.faults == [] && file.slices.count == 3)
    }
  }

  @Test func everyNanosecondSurvives() throws {
    let gap: UInt64 = 1_234_567
    let slices = (1...2000).map { number in slice(UInt64(number) * gap, UInt64(number) * gap + UInt64(number)) }
    let file = try written(TraceStep(tracks: [slices]))
    let read = try #require(file.slices.values.first)
    #expect(file.faults == [] && read.count == slices.count)
    for (read, slice) in zip(read, slices) {
      #expect(read.begin == Int(slice.begin) && read.end == Int(slice.end))
    }
  }

  @Test func textsAreEscaped() throws {
    let name = "a \"quoted\" \\ path/of\nlayers · ü \u{1}"
    let label = TraceLabel(name, category: "operation", arguments: ["problem": .text(name), "n": .number(2.5)])
    let step = TraceStep(
      tracks: [[TraceSlice(5, 9, depth: 0, label)]],
      counters: [TraceCounter(at: 5, TraceLabel("live", category: "memory"), bytes: 64)])
    let file = try written(step, origin: 5)
    let read = try #require(file.slices.values.first?.first)
    #expect(file.faults == [] && read.name == name && read.texts == ["problem": name] && read.numbers == ["n": 2.5])
    #expect(read.begin == 0 && read.end == 4 && file.counters["1 live"]?.map(\.value) == [64])
    #expect(file.processNames == [1: "p"] && Array(file.trackNames.values) == ["worker 0"])
  }

  @Test func stepsThatDoNotFitAreLeftOut() throws {
    let step = TraceStep(tracks: [(0..<100).map { slice(2 * $0, 2 * $0 + 1) }])
    let processes = ["a", "b"].map { TraceProcess(name: $0, tracks: ["worker 0"], origin: 0) }
    var writer = TraceWriter(processes, byteLimit: 20_000)
    var count = 0
    while let bytes = writer.encoded(step, of: count % 2) {
      #expect(bytes.count >= 100 * TraceWriter.fewestBytesOfSlice && bytes.count <= writer.room)
      writer.add(bytes, of: count % 2)
      count += 1
    }
    #expect(count == 2 && writer.file.count <= 20_000)
    let file = try TraceFile(writer.file)
    #expect(file.faults == [] && file.slices.values.map(\.count) == [100, 100])
  }

  /// The rules themselves.
  @Test func faultsAreFound() throws {
    let name = #"{"ph":"M","pid":1,"tid":1,"name":"thread_name","args":{"name":"w"}}"#
    let process = #"{"ph":"M","pid":1,"tid":1,"name":"process_name","args":{"name":"p"}}"#
    func slice(_ ts: String, _ dur: String) -> String {
      #"{"ph":"X","pid":1,"tid":1,"name":"x","cat":"job","ts":\#(ts),"dur":\#(dur)}"#
    }
    func faults(_ events: String...) throws -> [String] {
      try TraceFile(Data(#"{"displayTimeUnit":"ns","traceEvents":[\#(events.joined(separator: ","))]}"#.utf8)).faults
    }
    #expect(try faults(name, process, slice("1", "2"), slice("1.5", "0.5")) == [])
    #expect(try faults(process, slice("1", "2")).count == 1)
    #expect(try faults(name, slice("1", "2")).count == 1)
    #expect(try faults(name, process, slice("1", "0")).count == 1)
    #expect(try faults(name, process, slice("\"1\"", "1")).count == 1)
    #expect(try faults(name, process, slice("1", "2"), slice("2", "2")).count == 1)
    #expect(try faults(name, process, slice("3", "2"), slice("1", "1")).count == 1)
    #expect(try faults(#"{"ph":"C","pid":1,"tid":1,"name":"c","ts":1,"args":{"bytes":"1"}}"#).count == 1)
    #expect(try faults(#"{"ph":"X","pid":1,"name":"c","ts":1,"dur":1,"cat":"job"}"#).count == 1)
  }
}
