import Foundation
import Measurement
import Results
import Terms
import TestSupport
import Testing

@testable import bench

/// Small runs, from the command line to the result file.
@Suite(.serialized) struct RunTests {
  static let tiny = ["mobilenetv2", "--image-size", "32", "--batch-size", "1", "--num-batches", "2", "--burn-in", "1"]
  static let time = #"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}: "#

  @Test func printsTheClassicLinesAndKeepsTheResult() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.json"
      let outcome = Outcome([
        "alexnet", "--batch-size", "1", "--image-size", "63", "--num-batches", "2", "--burn-in", "1", "--output", path,
      ])
      #expect(outcome.status == 0, "\(outcome.err)")
      let classic = outcome.lines.filter { matches($0, Self.time) && !matches($0, Self.time + "step 0, ") }
      #expect(classic.count == 2)
      for (line, pass) in zip(classic, ["Forward", "Forward-backward"]) {
        #expect(
          matches(line, Self.time + pass + #" across 2 steps, \d+\.\d{3} \+/- \d+\.\d{3} sec / batch$"#), "\(line)")
      }
      #expect(outcome.err.hasSuffix("The result is in \(path).\n"))

      let file = try ResultStore.read(path)
      #expect(file.records.map(\.pass) == [.forward, .forwardBackward])
      for record in file.records {
        #expect(record.model == "alexnet" && record.batchSize == 1 && record.imageSize == 63)
        #expect(record.durations.count == 2 && record.burnInDurations.count == 1)
        #expect((record.durations + record.burnInDurations).allSatisfy { $0 > 0 && $0 < 600 })
        #expect(record.verification.outcome == .passed && record.verification.problemsChecked >= 8)
        #expect(record.predictedBytes ?? 0 > 100_000_000)
        #expect(Set(record.layers.map(\.name)).isSuperset(of: ["conv1", "norm1", "pool1", "fc8"]))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["x.json"])
    }
  }

  /// Timed steps 0, 10, 20, ... print a line.
  @Test func printsEveryTenthStep() throws {
    let outcome = try run(["--pass", "forward", "--num-batches", "11", "--burn-in", "10", "--no-verify"])
    let steps = outcome.lines.filter { matches($0, Self.time + #"step \d+, duration = \d+\.\d{3}$"#) }
    #expect(steps.map { $0.components(separatedBy: "step ")[1].prefix { $0 != "," } } == ["0", "10"])
  }

  @Test func publishedProtocolSkipsTheFirstStep() throws {
    let outcome = try run([
      "--pass", "forward", "--num-batches", "21", "--burn-in", "0", "--no-verify", "--protocol", "classic-2015",
    ])
    let steps = outcome.lines.filter { matches($0, Self.time + "step ") }
    #expect(steps.map { $0.components(separatedBy: "step ")[1].prefix { $0 != "," } } == ["10", "20"])
    #expect(outcome.lines.contains { matches($0, Self.time + "Forward across 21 steps, ") })
  }

  @Test func jsonIsAllThatIsPrinted() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.json"
      let outcome = Outcome(
        Self.tiny + ["--pass", "train", "--format", "json", "--no-verify", "--seed", "7", "--output", path])
      #expect(outcome.status == 0, "\(outcome.err)")
      let printed = try #require(try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any])
      #expect(Set(printed.keys) == ["schema", "context", "records"])
      let file = try ResultFile(json: Data(outcome.out.utf8), path: "standard output")
      #expect(file == (try ResultStore.read(path)))
      #expect(file.records.map(\.pass) == [.train])
      #expect(file.records[0].seed == 7 && file.records[0].verification.outcome == .skipped)
    }
  }

  @Test func layersAreTimedWhereThatIsAskedFor() throws {
    let outcome = try run(["--pass", "forward-backward", "--layers", "--no-verify"])
    for name in ["conv1", "block1/depthwise", "block17/project", "logits"] {
      #expect(outcome.lines.contains { $0.hasPrefix(name + " ") }, "\(name)")
    }
  }

  /// The roofline of a report needs bytes and bandwidth.
  @Test func layersComeWithBytesAndBandwidth() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.json"
      let outcome = Outcome(
        Self.tiny + ["--pass", "forward-backward", "--layers", "--no-verify", "--output", path])
      #expect(outcome.status == 0, "\(outcome.err)")
      let record = try ResultStore.read(path).records[0]
      Self.expectBandwidth(record)
      #expect(record.layers.allSatisfy { $0.compulsoryBytes.map { Set($0.keys) } == Set($0.flop.keys) })
      // The input is 32x32x3, the filter 3x3x3x32 and the output 16x16x32, as float32.
      #expect(record.layers[0].compulsoryBytes == [.forward: 48512, .filterGradient: 48512])
    }
    let plain = try run(["--pass", "forward", "--no-verify", "--format", "json"])
    #expect(!plain.out.contains("memory_bandwidth_bytes_per_s"))
  }

  @Test func backendThatWasAskedForRunsWhatItCan() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.json"
      let outcome = Outcome(
        Self.tiny + ["--pass", "forward", "--backend", "im2col", "--threads", "1", "--no-verify", "--output", path])
      #expect(outcome.status == 0, "\(outcome.err)")
      let record = try ResultStore.read(path).records[0]
      #expect(record.backend == "im2col" && record.threads == 1)
      for layer in record.layers where layer.problem != nil {
        #expect((layer.backends[.forward] == "im2col") != layer.name.hasSuffix("/depthwise"), "\(layer.name)")
      }
    }
  }

  /// A run that is killed in its second pass keeps the first.
  @Test func eachPassIsWrittenBeforeTheNextBegins() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.json"
      var kept: [ResultFile] = []
      let outcome = Outcome(Self.tiny + ["--no-verify", "--output", path]) { line in
        if line.contains("Forward-backward across"), let file = try? ResultStore.read(path) { kept.append(file) }
      }
      #expect(outcome.status == 0, "\(outcome.err)")
      #expect(kept.map { $0.records.map(\.pass) } == [[.forward]] && kept.first?.context.activity != nil)
      #expect(try ResultStore.read(path).records.map(\.pass) == [.forward, .forwardBackward])
    }
  }

  @Test func passThatFailsLeavesTheOnesBefore() {
    var kept: [Int] = []
    let session = Session(Console(out: { _ in }, err: { _ in }))
    let failure = session.untilFailure(1...3) { pass in
      if pass == 2 { throw Failure.failed("The second pass.") }
      kept.append(pass)
    }
    #expect(kept == [1] && failure.map { "\($0)" } == "The second pass.")
  }

  /// Numbers that the user gives are exact; others depend on the time.
  @Test func timeIsLimitedUnlessTheNumberOfBatchesIsGiven() throws {
    func plan(_ arguments: String...) throws -> MeasurementPlan {
      try #require(try Bench.parseAsRoot(["run", "vgg16"] + arguments) as? Run).options.plan
    }
    #expect(try plan() == MeasurementPlan(burnIn: 10, fewestBurnIn: 2, batches: 100, maxTime: 45))
    #expect(try plan("--max-time", "5") == MeasurementPlan(burnIn: 10, fewestBurnIn: 2, batches: 100, maxTime: 5))
    #expect(try plan("--num-batches", "200") == MeasurementPlan(burnIn: 10, batches: 200, maxTime: nil))
    #expect(try plan("--burn-in", "3") == MeasurementPlan(burnIn: 3, batches: 100, maxTime: 45))
    #expect(
      try plan("--num-batches", "9", "--max-time", "5") == MeasurementPlan(burnIn: 10, batches: 9, maxTime: 5))
  }

  @Test func failureOfALaterPassIsToldAfterTheResult() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.json"
      let first = Outcome(Self.tiny + ["--pass", "forward", "--no-verify", "--output", path])
      #expect(first.status == 0, "\(first.err)")
      let record = try ResultStore.read(path).records[0]
      var (out, err) = ("", "")
      let recording = Recording<ResultFile>(
        Session(Console(out: { out += $0 }, err: { err += $0 })), model: "x", output: path)
      #expect {
        _ = try recording.measure([.forward, .forwardBackward]) { pass in
          if pass == .forward { return [record] }
          throw Failure.failed("The second pass.")
        } show: { file in
          out += "\(file.records.count)"
        }
      } throws: {
        "\($0)" == "The second pass."
      }
      #expect(out == "1" && err == "The result is in \(path).\n")
    }
  }

  @Test func resultThatCannotBeWrittenIsKeptElsewhere() throws {
    let outcome = Outcome(Self.tiny + ["--pass", "forward", "--no-verify", "--output", "/dev/full"])
    #expect(outcome.status == 1, "\(outcome.err)")
    #expect(outcome.lines.contains { matches($0, Self.time + "Forward across 2 steps, ") })
    let kept = try #require(outcome.err.firstMatch(of: /The result is in (\S+) instead\.\n$/), "\(outcome.err)")
    defer { try? FileManager.default.removeItem(atPath: String(kept.1)) }
    #expect(outcome.err.contains("\nError: The disk is full: /dev/full "), "\(outcome.err)")
    #expect(try ResultStore.read(String(kept.1)).records[0].durations.count == 2)
  }

  /// A wrong path is refused before anything is measured.
  @Test(arguments: ["/no/such/directory/x.json", "/", "/dev/null/x.json"])
  func placeWhereNoFileCanBeIsRefused(_ path: String) {
    for command in [[], ["backends"]] {
      let outcome = Outcome(command + ["mobilenetv2", "--pass", "forward", "--output", path])
      #expect(outcome.status == 1 && outcome.out.isEmpty, "\(outcome.out)")
      #expect(outcome.err.hasPrefix("Error: ") && outcome.err.contains(path), "\(outcome.err)")
    }
  }

  /// The range goes from a slow board to more than any processor reads. There is no bandwidth where a cache is too
  /// large.
  static func expectBandwidth(_ record: Record) {
    var machine = MachineContext.capture()
    machine.availableMemoryBytes = nil
    if StreamSizes(machine, threads: record.threads)[.dram] == nil {
      #expect(record.memoryBandwidth == nil)
    } else {
      #expect(record.memoryBandwidth.map((1e8...1e13).contains) == true)
    }
  }

  /// The outcome of a tiny run that must succeed.
  private func run(_ arguments: [String]) throws -> Outcome {
    try withDirectory { (directory: String) throws in
      let outcome = Outcome(Self.tiny + arguments + ["--output", "\(directory)/x.json"])
      #expect(outcome.status == 0, "\(outcome.err)")
      return outcome
    }
  }

  private func matches(_ line: String, _ expression: String) -> Bool {
    line.range(of: expression, options: .regularExpression) != nil
  }
}
