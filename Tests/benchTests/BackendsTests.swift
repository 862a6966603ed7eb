import Foundation
import Results
import TestSupport
import Testing

/// `bench backends`, from the command line to the result file.
@Suite(.serialized) struct BackendsTests {
  static let tiny = [
    "backends", "mobilenetv2", "--image-size", "32", "--batch-size", "1", "--rounds", "3", "--pass", "forward",
  ]

  @Test func comparesInTurnsAndKeepsTheResult() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.json"
      let outcome = Outcome(Self.tiny + ["--layers", "--output", path])
      #expect(outcome.status == 0, "\(outcome.err)")
      for name in ["auto", "direct", "im2col"] {
        #expect(outcome.lines.contains { $0.hasPrefix(name + " ") }, "\(name)")
      }
      #expect(outcome.out.contains("winograd is left out: it can run none of these layers."))
      #expect(outcome.out.contains("naive is left out: ") == !outcome.lines.contains { $0.hasPrefix("naive ") })
      #expect(outcome.out.contains("the fastest back end of each layer"))
      #expect(outcome.lines.contains { $0.hasPrefix("block17/project ") })

      let records = try ResultStore.read(path).records
      #expect(records.count >= 3 && records.allSatisfy { $0.protocolName == Record.inTurns })
      #expect(records.allSatisfy { $0.durations.count == 3 && $0.verification.outcome == .passed })
      // Steps that only warm the caches are not among the layers' times.
      #expect(records.flatMap(\.layers).compactMap(\.durations).flatMap(\.values).allSatisfy { $0.count == 3 })
      for record in records { RunTests.expectBandwidth(record) }
    }
  }

  @Test func thoseAskedForTakePart() throws {
    try withDirectory { (directory: String) throws in
      let outcome = Outcome(
        Self.tiny + [
          "--backend", "naive", "--backend", "direct", "--baseline", "naive", "--format", "json", "--output",
          "\(directory)/x.json",
        ])
      #expect(outcome.status == 0, "\(outcome.err)")
      let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any])
      let tables = try #require(json["tables"] as? [[String: Any]])
      let rows = try #require(tables.first?["rows"] as? [[Any]])
      #expect(tables.count == 1 && rows.map { $0[0] as? String } == ["naive", "direct"])
      let columns = try #require(tables[0]["columns"] as? [String])
      let speed = try #require(columns.firstIndex(of: "speed [1]"))
      #expect(rows[0][speed] as? Double == 1)
      #expect(try #require(rows[1][speed] as? Double) > 1)
    }
  }

  /// A baseline takes part however slow it is.
  @Test func baselineThatWasNamedTakesPart() throws {
    try withDirectory { (directory: String) throws in
      let outcome = Outcome(Self.tiny + ["--baseline", "naive", "--output", "\(directory)/x.json"])
      #expect(outcome.status == 0 && outcome.out.contains("Speed: relative to naive,"), "\(outcome.err)")
    }
  }

  @Test func refusals() {
    expectRefusal(["backends", "squeezenet"], status: 64, saying: "There is no model 'squeezenet'.")
    expectRefusal(Self.tiny + ["--backend", "cudnn"], status: 64, saying: "There is no back end 'cudnn'.")
    expectRefusal(Self.tiny + ["--baseline", "cudnn"], status: 64, saying: "There is no back end 'cudnn'.")
    expectRefusal(
      Self.tiny + ["--backend", "direct", "--baseline", "im2col"], status: 64,
      saying: "The baseline 'im2col' does not take part; add --backend im2col.")
    expectRefusal(
      Self.tiny + ["--backend", "direct", "--backend", "direct"], status: 64, saying: "takes part only once")
    expectRefusal(Self.tiny + ["--rounds=0"], status: 64, saying: "--rounds must be 1 to 1000000, not 0.")
    expectRefusal(Self.tiny + ["--max-time=nan"], status: 64, saying: "--max-time")
    expectRefusal(Self.tiny + ["--format", "xml"], status: 64, saying: "There is no format 'xml'.")
  }

  /// The command is refused before anything is allocated, because no machine has this much memory.
  @Test func memoryOfAllTogetherIsPredicted() {
    let outcome = Outcome(["backends", "vgg16", "--batch-size", "65536", "--pass", "train", "--backend", "direct"])
    #expect(outcome.status == 1 && outcome.out == "")
    #expect(outcome.err.contains("on 1 back ends at once needs ") && outcome.err.contains("MiB are available."))
  }
}
