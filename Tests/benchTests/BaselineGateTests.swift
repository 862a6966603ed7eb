import Foundation
import Results
import TestSupport
import Testing

@testable import bench

/// `bench gate --baseline` with a worker whose every step takes 10 ms.
@Suite struct BaselineGateTests {
  /// Runs a gate against eight runs of these medians, in a new directory.
  private func gate(
    _ medians: [Double], _ arguments: [String] = [], head: String = GateTests.fakeWorker,
    change: (inout ResultFile) -> Void = { _ in }
  ) throws -> Outcome {
    try withDirectory { (directory: String) throws in
      let runs = medians.map { median in
        let record = Record(
          model: "mobilenetv2", pass: .forward, batchSize: 1, imageSize: 224, backend: "auto", threads: 1, seed: 1,
          protocolName: "classic", requestedBatches: 3, requestedBurnIn: 1, durations: [median], flopPerStep: 1e9,
          instructionSet: bestInstructionSet, flushesDenormals: true, hugePagesAdvised: true, verification: .skipped)
        var file = ResultFile(context: capturedContext(), records: [record])
        change(&file)
        return file
      }
      try BaselineStore(directory: "\(directory)/baselines").save(Baseline(name: "v1", runs: runs))
      let outcome = Outcome(
        [
          "gate", "--baseline", "\(directory)/baselines/v1.json", "--head", head,
          "--output", "\(directory)/out",
        ] + arguments)
      // The files are written whatever the verdict is.
      for name in outcome.status == 1 ? [] : ["gate.json", "gate.xml", "gate.md", "gate.html"] {
        #expect(FileManager.default.contents(atPath: "\(directory)/out/\(name)")?.isEmpty == false, "\(name)")
      }
      return outcome
    }
  }

  @Test func sameDurationsPass() throws {
    let outcome = try gate((0..<8).map { 0.01 + 0.00001 * Double($0 - 4) })
    #expect(outcome.status == 0 && outcome.lines.last == "Gate: 1 pass.", "\(outcome.out)\(outcome.err)")
  }

  @Test func slowerIsARegression() throws {
    let outcome = try gate((0..<8).map { 0.009 + 0.00001 * Double($0) })
    #expect(outcome.status == 2, "\(outcome.out)\(outcome.err)")
  }

  @Test func otherMachineIsRefused() throws {
    let outcome = try gate([0.01]) { $0.context.machine.cpuModel = "Another" }
    #expect(outcome.status == 6 && outcome.err.contains("processor: Another then,"), "\(outcome.err)")
    let compiler = try gate([0.01]) { $0.context.build.compiler = "Swift 5" }
    #expect(compiler.status == 6 && compiler.err.contains("compiler: Swift 5 then,"), "\(compiler.err)")
  }

  @Test(arguments: [
    ["--model", "alexnet"], ["--pass", "train"], ["--batch-size", "4"], ["--threads", "2"], ["--backend", "direct"],
  ])
  func otherBenchmarksAreNothingToCompare(_ arguments: [String]) throws {
    let outcome = try gate([0.01], arguments)
    #expect(outcome.status == 5 && outcome.err.contains("none of the benchmarks asked for"), "\(outcome.err)")
  }

  @Test func benchmarksThatWereAskedForAreCompared() throws {
    let outcome = try gate(
      [Double](repeating: 0.01, count: 8),
      ["--model", "mobilenetv2", "--pass", "forward", "--batch-size", "1", "--threads", "1", "--backend", "auto"])
    #expect(outcome.status == 0, "\(outcome.out)\(outcome.err)")
  }

  /// The exit code is the same as where both sides are programs.
  @Test func headThatIsNoWorkerIsAFailure() throws {
    let outcome = try gate([Double](repeating: 0.01, count: 8), head: "/bin/cat")
    #expect(outcome.status == 1 && outcome.err.contains("does not answer as a worker"), "\(outcome.err)")
  }

  /// Three runs cannot reach the gate's level, however different they are, so nothing is measured for them.
  @Test func tooFewRunsAreNoBaseline() throws {
    let outcome = try gate([0.001, 0.001, 0.001], ["--require-conclusive"])
    #expect(outcome.status == 7 && outcome.out.contains("The baseline has 3 runs; 8 are needed."), "\(outcome.out)")
    #expect(!outcome.err.contains("run 1/"), "\(outcome.err)")
    #expect(try gate([0.001]).status == 5)
  }
}
