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

  /// Two ranks whose last gradients, 125 MB, are ready after 80 of 100 ms: with 8 ranks a link of 1.25 GB/s is busy for
  /// 7 / 4 of 100 ms, and 14 messages.
  @Test func stepsOfManyRanksArePredicted() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.json"
      let training = ["run", "lenet5", "--image-size", "32", "--batch-size", "2", "--pass", "train", "--no-verify"]
      #expect(Outcome(training + ["--num-batches", "2", "--burn-in", "1", "--output", path]).status == 0)
      let predict = ["scale", "lenet5", "--predict", path]
      let refused = Outcome(predict)
      #expect(refused.status == 1 && refused.err.contains("no training of lenet5 on several ranks; make one with"))

      var file = try ResultStore.read(path)
      let rank = RankRecord(
        host: "node", cores: [0], threads: 1, durations: [0.1, 0.1], inFlight: [0.05, 0.05], exposed: [0, 0],
        aloneDurations: [0.1, 0.1])
      file.records[0].ranks = RanksRecord(
        library: "MPI", bucketBytes: 1 << 27, buckets: [BucketRecord(bytes: 125_000_000, ready: 0.08)],
        gradientBytes: 125_000_000, sharesCores: false, ranks: [rank, rank])
      try ResultStore.write(file, to: path)
      let outcome = Outcome(predict + ["--ranks", "64", "8", "--latency", "100", "--format", "csv"])
      #expect(outcome.status == 0, "\(outcome.err)")
      let lines = outcome.out.split(whereSeparator: \.isNewline)
      let rows = lines.map { $0.split(separator: ",").compactMap { Double($0) } }
      let eight = try #require(rows.first { $0.first == 8 })
      // 80 ms, 175 of transfer, 14 messages of 0.1 ms, and 20 ms of update.
      #expect(abs(eight[1] - 0.2764) < 1e-9 && abs(eight[3] - 0.1 / 0.2764) < 1e-9)
      #expect(rows.last?.first == 64)
    }
    #expect(Outcome(["scale", "lenet5", "--ranks", "8"]).err.contains("--ranks goes with --predict FILE."))
    #expect(Outcome(["scale", "lenet5", "--predict", "x.json", "--bandwidth", "0"]).status == 64)
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
