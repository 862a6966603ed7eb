import Foundation
import Results
import TestSupport
import Testing

/// `bench gate --self-test` with workers that obey the injected slow-down, ignore it, or crash on it.
@Suite struct GateSelfTestTests {
  private func selfTest(
    _ worker: String, _ arguments: [String] = [], _ check: (Outcome, _ directory: String) throws -> Void
  ) throws {
    try withDirectory { (directory: String) throws in
      try FileManager.default.createSymbolicLink(
        atPath: "\(directory)/\(worker)", withDestinationPath: GateTests.fakeWorker)
      let outcome = Outcome(
        [
          "gate", "--self-test", "--head", "\(directory)/\(worker)", "--threads", "1", "--pass", "forward",
          "--output", "\(directory)/out", "--model", "mobilenetv2", "vgg16:conv3_1",
        ] + arguments)
      try check(outcome, directory)
    }
  }

  /// Each benchmark is slowed down according to its own threshold, and each half keeps its files.
  @Test func bothHalvesComeOutAsTheyShould() throws {
    try selfTest("steady") { outcome, directory in
      #expect(outcome.status == 0 && outcome.lines.last == "The self-test passed.", "\(outcome.out)\(outcome.err)")
      func changes(_ half: String) throws -> [Double] {
        let json = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/out/\(half)/gate.json"))
        return try JSONDecoder().decode(GateFile.self, from: json).benchmarks.map { $0.finding?.change ?? .nan }
      }
      #expect(try changes("same") == [0, 0])
      for (change, expected) in zip(try changes("slowed"), [0.045, 0.075]) { #expect(abs(change - expected) < 1e-6) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/out").sorted() == ["same", "slowed"])
    }
  }

  @Test func lastLineSaysWhatIsWrong() throws {
    try selfTest("noisy") { outcome, _ in
      #expect(outcome.status == 1 && outcome.lines.last?.hasSuffix("too noisy for this gate.") == true)
    }
    try selfTest("dying") { outcome, _ in
      #expect(outcome.status == 3 && outcome.lines.last?.contains("a benchmark crashed") == true)
      #expect(outcome.err.contains("Error: mobilenetv2 forward, batch 4 against itself: error instead of pass."))
    }
    try selfTest("steady", ["--max-time", "0.001"]) { outcome, _ in
      #expect(outcome.status == 1 && outcome.lines.last?.hasSuffix("raise --max-time.") == true)
    }
  }
}
