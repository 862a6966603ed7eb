import Foundation
import Results
import TestSupport
import Testing

@testable import bench

/// `bench scale`, from the command line to the page of a report.
@Suite(.serialized) struct ScaleCommandTests {
  private static let tiny = ["scale", "mobilenetv2", "--image-size", "32", "--rounds", "3"]

  @Test func combinationsTakeTurns() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.json"
      let outcome = Outcome(Self.tiny + ["--threads", "2", "1", "--batch-size", "1", "2", "--output", path])
      #expect(outcome.status == 0, "\(outcome.err)")
      let records = try ResultStore.read(path).records
      #expect(records.map(\.threads) == [1, 1, 2, 2] && records.map(\.batchSize) == [1, 2, 1, 2])
      #expect(records.allSatisfy { $0.protocolName == Record.inTurns && $0.durations.count == 3 })
      #expect(records.allSatisfy { $0.verification.outcome == .passed && ($0.peakResidentBytes ?? 0) > 1 << 20 })
      #expect(outcome.out.contains("Speed: relative to 1 thread with the same batch, the median of 3 rounds"))
      let words = outcome.lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
      #expect(words.filter { $0.first?.isNumber == true } == ["1 1", "1 2", "2 1", "2 2"])

      let page = Outcome(["report", path, "--html", "\(directory)/r.html"])
      let html = try String(contentsOfFile: "\(directory)/r.html", encoding: .utf8)
      #expect(page.status == 0 && html.contains("Threads and batch sizes") && html.contains("batch 2, 2 threads: "))
      let compared = Outcome(["compare", path, path])
      #expect(compared.status == 0 && compared.out.contains("mobilenetv2 forward, batch 2, image 32, 2 threads"))
    }
  }

  /// What a machine is known to be bounded by stands beside each combination.
  @Test func boundsAreThoseThatAreKnown() throws {
    let arguments = Self.tiny + ["--threads", "1", "--batch-size", "1", "--output", "/dev/null", "--format", "csv"]
    #expect(Outcome(["machine", "--threads", "1"]).status == 0)
    let outcome = Outcome(arguments)
    // Lines of CSV end with two characters.
    let lines = outcome.out.split(whereSeparator: \.isNewline)
    let cells = try #require(lines.last?.split(separator: ",", omittingEmptySubsequences: false))
    let columns = try #require(lines.first?.split(separator: ",").map(String.init))
    let bound = try #require(columns.firstIndex(of: "bound"))
    #expect(["compute", "cache", "memory"].contains(String(cells[bound])), "\(outcome.out)")
    // Other tests run beside this one, so how near it is says nothing; that it is no more than all of a step does.
    #expect((0...1.5).contains(Double(cells[bound + 1]) ?? -1), "\(outcome.out)")
  }

  @Test func threadsAreThePowersOfTwoAndAll() throws {
    let options = try ScaleOptions.parse([])
    #expect(options.threadCounts.first == 1 && options.threadCounts == options.threadCounts.sorted())
    #expect(Set(options.threadCounts).count == options.threadCounts.count)
    #expect(try ScaleOptions.parse(["--threads", "3", "1"]).threadCounts == [1, 3])
  }

  @Test func refusals() {
    expectRefusal(Self.tiny + ["--threads", "0"], status: 64, saying: "--threads must be 1 to 1024, not 0.")
    expectRefusal(Self.tiny + ["--threads", "2", "2"], status: 64, saying: "--threads has a number twice")
    expectRefusal(Self.tiny + ["--batch-size", "0"], status: 64, saying: "--batch-size must be 1 to 65536, not 0.")
    expectRefusal(Self.tiny + ["--backend", "cudnn"], status: 64, saying: "There is no back end 'cudnn'.")
    let outcome = Outcome(["scale", "vgg16", "--batch-size", "65536", "--threads", "1"])
    #expect(outcome.status == 1 && outcome.err.contains("combinations at once needs "), "\(outcome.err)")
  }
}
