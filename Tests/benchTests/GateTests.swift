import Foundation
import Results
import TestSupport
import Testing

/// `bench gate` from the command line to its exit code. The fake workers behave as their names say.
@Suite struct GateTests {
  /// Runs a gate of two workers, on mobilenetv2 unless `models` says otherwise.
  private func gate(
    base: String, head: String, _ arguments: [String] = [], models: [String] = ["mobilenetv2"],
    expecting status: Int32, _ check: (Outcome, GateFile) throws -> Void = { _, _ in }
  ) throws {
    try withDirectory { (directory: String) throws in
      for name in Set([base, head]) {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: Self.fakeWorker)
      }
      let outcome = Outcome(
        [
          "gate", "--base", "\(directory)/\(base)", "--head", "\(directory)/\(head)", "--pass", "forward",
          "--threads", "1", "--output", "\(directory)/out", "--model",
        ] + models + arguments)
      #expect(outcome.status == status, "\(base) -> \(head): \(outcome.out)\(outcome.err)")
      let json = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/out/gate.json"))
      let file = try JSONDecoder().decode(GateFile.self, from: json)
      try check(outcome, file)
      for name in ["gate.xml", "gate.md", "gate.html"] {
        #expect(try !Data(contentsOf: URL(fileURLWithPath: "\(directory)/out/\(name)")).isEmpty, "\(name)")
      }
    }
  }

  static let fakeWorker = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/workers/fake-worker").path

  @Test func nothingChangedPasses() throws {
    try gate(base: "steady", head: "steady", expecting: 0) { outcome, file in
      #expect(outcome.lines.last == "Gate: 1 pass.")
      let benchmark = try #require(file.benchmarks.first)
      #expect(benchmark.finding?.verdict == .pass && benchmark.rounds.count == 20)
      // The processes were started anew several times.
      #expect(Set(benchmark.rounds.map(\.generation)).count >= 4)
      #expect(benchmark.finding?.change == 0 && benchmark.finding?.noiseFloor == 0)
    }
  }

  @Test func slowerIsARegression() throws {
    try gate(base: "steady", head: "slow", expecting: 2) { outcome, file in
      let finding = try #require(file.benchmarks.first?.finding)
      #expect(finding.verdict == .regression)
      #expect(abs((finding.change ?? 0) - 0.1) < 1e-9 && finding.reason == "10.0 % slower than base.")
      #expect(outcome.out.contains("mobilenetv2 forward, batch 4") && outcome.out.contains("Gate: 1 regression."))
    }
  }

  @Test func fasterPassesUnlessItShouldBeLookedAt() throws {
    try gate(base: "steady", head: "fast", expecting: 0) { _, file in
      #expect(file.benchmarks.first?.finding?.verdict == .improvement)
    }
    try gate(base: "steady", head: "fast", ["--fail-on-improvement"], expecting: 2)
  }

  /// A slow-down of ten per cent passes where twenty are allowed.
  @Test func thresholdDecides() throws {
    try gate(base: "steady", head: "slow", ["--threshold", "21"], expecting: 0)
    try gate(base: "steady", head: "slow", ["--threshold", "2"], expecting: 2)
  }

  @Test func noiseIsInconclusive() throws {
    try gate(base: "noisy", head: "noisy", expecting: 0) { _, file in
      let benchmark = try #require(file.benchmarks.first)
      #expect(benchmark.finding?.verdict == .inconclusive && benchmark.rounds.count >= 40)
      #expect(benchmark.finding?.reason?.contains("noise floor") == true)
    }
    try gate(base: "noisy", head: "noisy", ["--require-conclusive"], expecting: 7)
  }

  @Test(arguments: [
    ("dying", "was killed by signal 9"), ("hanging", "gave no answer for 1 seconds"),
    ("babbling", "answered 'Segmentation fault? No: hello.'"), ("wrong", "A kernel computes something wrong."),
    ("differing", "logits differs from base's"), ("unknowing", "There is no such model here."),
  ])
  func brokenHeadIsNoRegression(_ head: String, _ sentence: String) throws {
    try gate(base: "steady", head: head, ["--worker-timeout", "1"], expecting: 3) { outcome, file in
      #expect(file.benchmarks.first?.finding?.verdict == .error)
      #expect(file.benchmarks.first?.finding?.reason?.contains(sentence) == true, "\(outcome.out)")
      #expect(outcome.out.contains(sentence))
    }
  }

  @Test func lineWithoutEndIsNoReply() throws {
    try gate(base: "steady", head: "flooding", expecting: 3) { _, file in
      #expect(file.benchmarks.first?.finding?.reason?.contains("answered 'xxxx") == true)
    }
  }

  @Test func otherBenchmarksAreMeasuredAfterACrash() throws {
    try gate(base: "steady", head: "frail", models: ["mobilenetv2", "alexnet", "vgg16:conv1_1"], expecting: 3) {
      _, file in
      #expect(file.benchmarks.map { $0.finding?.verdict } == [.pass, .error, .pass])
    }
  }

  @Test func nothingComparedIsNoPass() throws {
    try gate(base: "unknowing", head: "steady", expecting: 5) { outcome, file in
      #expect(file.benchmarks.first?.finding?.verdict == .missing)
      #expect(outcome.out.contains("Base does not have it"))
    }
  }

  @Test func programsThatAreNoWorkersAreAFailure() throws {
    try withDirectory { (directory: String) throws in
      for name in ["steady", "absent", "newer", "silent"] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: Self.fakeWorker)
      }
      for (base, sentence) in [
        ("\(directory)/absent", "does not answer as a worker of bench"), ("\(directory)/newer", "speaks version 99"),
        ("\(directory)/silent", "gave no answer for 1 seconds"), ("/bin/cat", "does not answer as a worker"),
      ] {
        expectRefusal(
          [
            "gate", "--base", base, "--head", "\(directory)/steady", "--model", "alexnet",
            "--output", "\(directory)/out", "--worker-timeout", "1",
          ], status: 1, saying: sentence)
      }
    }
  }

  /// A gate that is killed must not leave the verdict of an earlier one.
  @Test func filesOfAnEarlierGateGo() throws {
    try withDirectory { (directory: String) throws in
      let files = FileManager.default
      for name in ["gate.json", "gate.xml", "gate.html", "notes.txt"] {
        #expect(files.createFile(atPath: "\(directory)/\(name)", contents: Data("old".utf8)))
      }
      // This fails after the directory is prepared and before anything is measured.
      let outcome = Outcome(["gate", "--base", "/bin/cat", "--model", "alexnet", "--output", directory])
      #expect(outcome.status == 1, "\(outcome.err)")
      #expect(try files.contentsOfDirectory(atPath: directory).sorted() == ["gate.md", "notes.txt"])
    }
  }

  @Test func placeThatCannotBeWrittenIsAFailureBeforeAnyMeasurement() throws {
    for path in ["/proc/gate", "/dev/null/gate", "/proc"] {
      expectRefusal(
        ["gate", "--base", Self.fakeWorker, "--model", "alexnet", "--output", path], status: 1, saying: path)
    }
  }

  /// A verdict that could not be written is none: the code is 1 and not 2. The measurement is kept elsewhere.
  @Test func fullDiskKeepsTheResultsElsewhere() throws {
    try withDirectory { (directory: String) throws in
      let files = FileManager.default
      for name in ["steady", "slow"] {
        try files.createSymbolicLink(atPath: "\(directory)/\(name)", withDestinationPath: Self.fakeWorker)
      }
      try files.createDirectory(atPath: "\(directory)/out", withIntermediateDirectories: true)
      try files.createSymbolicLink(atPath: "\(directory)/out/gate.json", withDestinationPath: "/dev/full")
      let outcome = Outcome([
        "gate", "--base", "\(directory)/steady", "--head", "\(directory)/slow", "--model", "mobilenetv2", "--pass",
        "forward", "--output", "\(directory)/out",
      ])
      #expect(outcome.status == 1 && outcome.err.contains("The disk is full"), "\(outcome.err)")
      #expect(outcome.out.contains("regression"))
      let kept = try #require(outcome.err.firstMatch(of: /The results are in (\S+) instead\./), "\(outcome.err)")
      defer { try? files.removeItem(atPath: String(kept.1)) }
      #expect(files.fileExists(atPath: "\(kept.1)/gate.json"))
    }
  }

  @Test func timeThatIsTooShortIsInconclusive() throws {
    try gate(base: "steady", head: "slow", ["--max-time", "0.001", "--require-conclusive"], expecting: 7) { _, file in
      #expect(file.benchmarks.first?.finding?.reason?.contains("--max-time") == true)
    }
    // It is no pass either, because nothing was compared.
    try gate(base: "steady", head: "slow", ["--max-time", "0.001"], expecting: 5)
  }

  @Test(arguments: [
    ([], "Say what to compare with"), (["--base", "x", "--self-test"], "exclude each other"),
    (["--base", "no-such-commit"], "neither a program nor a commit"),
    (["--base", "x", "--model", "squeezenet"], "There is no model 'squeezenet'"),
    (["--base", "x", "--model", "vgg16:conv9"], "vgg16 has no layer 'conv9' with weights. Use one of: conv1_1"),
    (["--base", "x", "--model", "n1c8h8w8k8r99"], "is no convolution problem"),
    (["--base", "x", "--model", "vgg16:conv1_1", "--pass", "train"], "has no pass 'train'"),
    (["--base", "x", "--threshold", "0"], "--threshold"), (["--base", "x", "--max-time", "-1"], "max-time"),
    (["--base", "x", "--batch-size", "0"], "batch-size"), (["--base", "x", "--threads", "0"], "threads"),
    (["--base", "x", "--backend", "cudnn"], "There is no back end"),
    (["--baseline", "nobody"], "There is no baseline"),
  ])
  func wrongUsage(_ arguments: [String], _ words: String) throws {
    try withDirectory { (directory: String) throws in
      expectRefusal(["gate", "--output", "\(directory)/out"] + arguments, status: 64, saying: words)
    }
  }
}
