import Foundation
import Measurement
import Results
import TestSupport
import Testing
import Training

@testable import bench

/// `bench train` and `bench evaluate`, from the command line to the files.
@Suite(.serialized) struct TrainTests {
  static let tiny = [
    "train", "cifar10-tutorial", "--data", "synthetic", "--batch-size", "4", "--queue", "16", "--threads", "1",
    "--readers", "2", "--no-verify",
  ]

  @Test func printsTheTutorialsLines() throws {
    try withDirectory { (directory: String) throws in
      let outcome = train(directory, "--steps", "21")
      #expect(outcome.status == 0, "\(outcome.err)")
      let filling =
        "Filling queue with 16 synthetic images before starting to train. This will take a few minutes."
      #expect(outcome.lines[0] == filling)
      for (line, step) in zip(outcome.lines[1...3], [0, 10, 20]) {
        let figures = #"loss = \d+\.\d\d \(\d+\.\d examples/sec; \d+\.\d{3} sec/batch\)$"#
        #expect(matches(line, RunTests.time + "step \(step), " + figures), "\(line)")
      }
      #expect(outcome.lines[4].hasPrefix("cifar10-tutorial, batch 4, 24x24, synthetic, 1 thread, "))
      #expect(outcome.out.contains("  steps     0 to 20 of 21\n"))

      let record = try TrainingFile.read("\(directory)/x.json").records[0]
      #expect(record.losses.count == 21 && record.durations.count == 21 && record.readerWork.count == 21)
      #expect(zip(record.losses, record.crossEntropies).allSatisfy { $0 > $1 && $1 > 0 })
      #expect(zip(record.durations, record.waits).allSatisfy { $0 > $1 && $1 >= 0 })
      #expect(record.fillTime > 0 && record.checkpointTimes.count == 1 && record.readers == 2 && record.queue == 16)
      #expect(record.checkpoint == "\(directory)/checkpoints/checkpoint-21.safetensors")

      let evaluation = Outcome([
        "evaluate", "cifar10-tutorial", "--data", "synthetic", "--checkpoints", "\(directory)/checkpoints",
      ])
      #expect(evaluation.status == 0 && evaluation.lines.count == 1, "\(evaluation.err)")
      #expect(matches(evaluation.lines[0], RunTests.time + #"precision @ 1 = 0\.\d{3}$"#), "\(evaluation.out)")
      #expect(evaluation.err.contains(" of 10000 images of synthetic are right, after 21 steps."), "\(evaluation.err)")
    }
  }

  /// What the tutorial prints, to the byte; its first line divides by one step, not by ten.
  @Test func linesDivideByTheirSteps() throws {
    let clock = ManualClock(start: WallTime(microseconds: 1_769_860_800_123_456))
    let time = clock.wallTime.pythonText.prefix(17)
    let lines = TutorialLines(batch: 128, clock: clock)
    clock.advance(seconds: 7)
    lines.begin()
    var printed: [String] = []
    for step in 0...10 {
      clock.advance(seconds: step == 0 ? 0.5 : 0.24)
      printed += lines.line(step: step, isFirst: step == 0, loss: 4.66).map { [$0] } ?? []
      if step == 5 {
        clock.advance(seconds: 3)
        lines.leaveOut(3_000_000_000)
      }
    }
    #expect(printed.count == 2 && printed.allSatisfy { $0.hasPrefix(time) })
    #expect(printed[0].hasSuffix(": step 0, loss = 4.66 (256.0 examples/sec; 0.500 sec/batch)"), "\(printed)")
    #expect(printed[1].hasSuffix(": step 10, loss = 4.66 (533.3 examples/sec; 0.240 sec/batch)"), "\(printed)")
    #expect(TutorialLines.precision(0.86, clock: clock).hasSuffix(": precision @ 1 = 0.860"))
    let filling =
      "Filling queue with 20000 CIFAR images before starting to train. This will take a few minutes."
    #expect(TutorialLines.filling(20_000, of: "CIFAR") == filling)
  }

  /// Kernels are compared with the reference before anything is trained, and the record says so.
  @Test func kernelsAreVerified() throws {
    try withDirectory { (directory: String) throws in
      let outcome = Outcome(arguments(directory).filter { $0 != "--no-verify" } + ["--steps", "1"])
      #expect(outcome.status == 0 && outcome.err.contains("kernel plans against the reference"), "\(outcome.err)")
      let verification = try TrainingFile.read("\(directory)/x.json").records[0].verification
      #expect(verification.outcome == .passed && verification.problemsChecked >= 5)
    }
  }

  @Test func jsonIsAllThatIsPrinted() throws {
    try withDirectory { (directory: String) throws in
      let outcome = train(directory, "--steps", "2", "--format", "json")
      let file = try TrainingFile(json: Data(outcome.out.utf8), path: "out")
      #expect(file.records[0].losses.count == 2)
      #expect(try TrainingFile.read("\(directory)/x.json") == file)
    }
  }

  // MARK: Checkpoints

  /// Killed in the middle and resumed: the losses of a training that nothing has disturbed.
  @Test func killedTrainingGoesOnToTheBit() throws {
    try withDirectory { (directory: String) throws in
      #expect(train(directory, "--steps", "40").status == 0)
      let whole = try TrainingFile.read("\(directory)/x.json").records[0].losses
      let command = ([Ran.program] + Self.tiny + ["--steps", "40", "--checkpoint-every", "3"]).joined(separator: " ")
      let script = """
        \(command) --checkpoints k --output killed.json >out 2>err & process=$!
        until [ -e k/checkpoint-12.safetensors ]; do sleep 0.02; done; kill -KILL $process; wait $process
        \(command) --checkpoints k --output y.json --resume
        """
      let ran = try Ran(["sh", "-c", script], in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      let record = try TrainingFile.read("\(directory)/y.json").records[0]
      #expect((12..<40).contains(record.firstStep), "\(record.firstStep)")
      #expect(record.losses == Array(whole[record.firstStep...]))
    }
  }

  /// Ctrl-C: a checkpoint of the last step, and the record of all that were made.
  @Test func interruptionKeepsEverything() throws {
    try withDirectory { (directory: String) throws in
      let command = ([Ran.program] + Self.tiny + ["--steps", "1000000", "--checkpoint-every", "1000000"])
        .joined(separator: " ")
      let script = """
        \(command) --checkpoints k --output y.json >out 2>err & process=$!
        until grep -q 'step 10' out; do sleep 0.05; done; kill -TERM $process; wait $process; echo "status $?"; cat err
        """
      let ran = try Ran(["sh", "-c", script], in: directory)
      #expect(ran.out.contains("status 1\n") && ran.out.contains("The run was interrupted;"), "\(ran.out) \(ran.err)")
      let record = try TrainingFile.read("\(directory)/y.json").records[0]
      #expect(record.losses.count > 10)
      #expect(CheckpointFolder("\(directory)/k").steps == [record.losses.count])
    }
  }

  @Test func checkpointsAreNotOverwritten() throws {
    try withDirectory { (directory: String) throws in
      #expect(train(directory, "--steps", "2").status == 0)
      let again = arguments(directory) + ["--steps", "4"]
      expectRefusal(again, status: 1, saying: "has checkpoints of up to step 2. Go on from there with --resume,")
      expectRefusal(
        again + ["--resume", "--seed", "7"], status: 64, saying: "was trained with --seed 1, not 7; give the same")
      expectRefusal(
        arguments(directory) + ["--steps", "2", "--resume"], status: 64, saying: "has made 2 steps already;")
      expectRefusal(
        ["evaluate", "vgg16", "--data", "synthetic", "--checkpoints", "\(directory)/checkpoints"], status: 64,
        saying: "The checkpoint is one of cifar10-tutorial, not of vgg16.")
      #expect(Outcome(again + ["--resume"]).status == 0)
    }
  }

  // MARK: Refusals

  @Test func whatCannotBeTrainedIsRefused() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/checkpoints"
      func refuse(_ arguments: [String], _ status: Int32, _ words: String) {
        expectRefusal(["train", "cifar10-tutorial", "--checkpoints", path] + arguments, status: status, saying: words)
      }
      refuse(["--data", "\(directory)/none"], 1, "there is no such folder, or it cannot be read.")
      refuse(["--data", directory], 1, "the folder is empty.")
      refuse(["--data", "synthetic", "--resume"], 1, "has no checkpoint; `bench train cifar10-tutorial` writes some.")
      refuse(["--data", "synthetic", "--learning-rate", "0"], 64, "--learning-rate must be a number above 0")
      refuse(["--data", "synthetic", "--momentum", "1"], 64, "--momentum must be a number at least 0 and below 1")
      refuse(["--data", "synthetic", "--weight-decay", "nan"], 64, "--weight-decay must be a number at least 0")
      refuse(["--data", "synthetic", "--readers", "0"], 64, "--readers must be 1 to 1024")
      refuse(["--data", "synthetic", "--queue", "0"], 64, "--queue must be 1 to")
    }
  }

  /// A class of small images: the sentence names the file, and nothing hangs.
  @Test func imagesThatAreTooSmallAreNamed() throws {
    try withDirectory { (directory: String) throws in
      let images = "\(directory)/photos/a"
      try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
      let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/images/rgb.png").path
      try FileManager.default.copyItem(atPath: fixture, toPath: "\(images)/1.png")
      let outcome = Outcome([
        "train", "cifar10-tutorial", "--data", "\(directory)/photos", "--checkpoints", "\(directory)/c", "--threads",
        "1",
      ])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("a/1.png: the image has 20x16 pixels, fewer than the 24x24"), "\(outcome.err)")
    }
  }

  private func arguments(_ directory: String) -> [String] {
    Self.tiny + ["--checkpoints", "\(directory)/checkpoints", "--output", "\(directory)/x.json"]
  }

  private func matches(_ line: String, _ expression: String) -> Bool {
    (try? Regex(expression).firstMatch(in: line)) != nil
  }

  private func train(_ directory: String, _ options: String...) -> Outcome { Outcome(arguments(directory) + options) }
}

extension TrainingFile {
  static func read(_ path: String) throws -> TrainingFile {
    try TrainingFile(json: Data(contentsOf: URL(fileURLWithPath: path)), path: path)
  }
}
