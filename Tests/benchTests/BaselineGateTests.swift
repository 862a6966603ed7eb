import Foundation
import Results
import TestSupport
import Testing

@testable import bench

/// `bench gate --baseline` with a worker whose every step takes 10 ms.
@Suite struct BaselineGateTests {
  /// A gate against eight runs of these medians, in a directory of its own.
  private func gate(
    _ medians: [Double], _ arguments: [String] = [], change: (inout ResultFile) -> Void = { _ in }
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
      return Outcome(
        [
          "gate", "--baseline", "\(directory)/baselines/v1.json", "--head", GateTests.fakeWorker,
          "--output", "\(directory)/out",
        ] + arguments)
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

  @Test func otherBenchmarksAreNothingToCompare() throws {
    let outcome = try gate([0.01], ["--model", "alexnet"])
    #expect(outcome.status == 5 && outcome.err.contains("none of the benchmarks asked for"), "\(outcome.err)")
  }
}
