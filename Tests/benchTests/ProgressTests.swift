import Foundation
import Results
import TestSupport
import Testing

/// What a person sees while a measurement runs, and what Ctrl-C leaves. The tests start processes, because signals and
/// the terminal belong to a process.
@Suite(.serialized) struct ProgressTests {
  private static let tiny = "mobilenetv2 --image-size 32 --batch-size 1 --pass forward --output x.json"

  /// Runs `bench` with `arguments` in a shell; standard output and error are files. Without job control a shell lets its
  /// background jobs ignore Ctrl-C.
  private func bench(_ arguments: String, in directory: String, then script: String = "wait $!") throws -> Ran {
    try Ran(
      [
        "bench=\(Ran.program)", "XDG_CACHE_HOME=\(directory)", "bash", "-c",
        "set -m; \"$bench\" \(arguments) & set +m; \(script)",
      ], in: directory)
  }

  @Test func eachPhaseHasItsLineOnStandardErrorOnly() throws {
    try withDirectory { (directory: String) throws in
      let ran = try bench("\(Self.tiny) --max-time 1", in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      let lines = ran.err.split(separator: "\n").map(String.init)
      let phases = ["checking 5", "burn-in, ", "timing ", "The result is in x.json."]
      #expect(lines.count == phases.count, "\(ran.err)")
      for (line, phase) in zip(lines, phases) { #expect(line.contains(phase), "\(line)") }
      for phase in phases { #expect(!ran.out.contains(phase), "\(ran.out)") }
      #expect(ran.out.contains(": Forward across "))
    }
  }

  /// Neither a bar nor a colour goes into a file or a pipe.
  @Test func plainTextGoesToFiles() throws {
    try withDirectory { (directory: String) throws in
      for command in [
        "\(Self.tiny) --num-batches 20", "backends \(Self.tiny) --rounds 3",
        "layer n1c8h8w8k8r3s3u1p1 --rounds 3",
      ] {
        let ran = try bench(command, in: directory)
        #expect(ran.status == 0, "\(ran.err)")
        for text in [ran.out, ran.err] {
          #expect(!text.contains("\u{1B}") && !text.contains("\r"), "\(command): \(text)")
        }
      }
    }
  }

  /// Sends Ctrl-C as soon as the line of a phase is printed.
  @Test(arguments: [
    ("checking", "--image-size 160 --num-batches 10", 0, 0),
    ("burn-in, ", "--burn-in 1000000 --num-batches 1000000", 1, 0),
    ("timing ", "--burn-in 1 --num-batches 1000000", 1, 1),
  ])
  func interruptionKeepsWhatThereIs(
    _ phase: String, _ arguments: String, _ records: Int, _ timedSteps: Int
  ) throws {
    try withDirectory { (directory: String) throws in
      let ran = try bench(
        "\(Self.tiny) \(arguments)", in: directory,
        // The check of a tiny network takes a tenth of a second.
        then: "until grep -q '\(phase)' .err; do :; done; \(records > 0 ? "sleep 0.1; " : "")kill -INT $!; wait $!")
      #expect(ran.status == 1, "\(ran.err)")
      #expect(ran.err.contains("Stopping after this step"), "\(ran.err)")
      let path = "\(directory)/x.json"
      guard records > 0 else {
        #expect(ran.err.hasSuffix("The run was interrupted before its first step; there is no result.\n"), "\(ran.err)")
        #expect(!FileManager.default.fileExists(atPath: path))
        return
      }
      #expect(
        ran.err.hasSuffix(
          "The result is in x.json.\nThe run was interrupted; the result holds what was measured until then.\n"),
        "\(ran.err)")
      let record = try #require(try ResultStore.read(path).records.first)
      #expect(record.stoppedEarly == .interrupted && !record.burnInDurations.isEmpty)
      #expect(record.durations.count >= timedSteps && record.durations.isEmpty == (timedSteps == 0))
      #expect(ran.out.contains("sec / batch") == (timedSteps > 0))
    }
  }

  /// The first pass is whole when the second one is interrupted.
  @Test func interruptionOfTheSecondPassKeepsTheFirst() throws {
    try withDirectory { (directory: String) throws in
      let ran = try bench(
        "\(Self.tiny) --pass train --burn-in 0 --num-batches 3", in: directory,
        then: "until grep -q 'train: checking' .err; do sleep 0.01; done; kill -INT $!; wait $!")
      #expect(ran.status == 1 && ran.err.contains("The result is in x.json."), "\(ran.err)")
      let records = try ResultStore.read("\(directory)/x.json").records
      #expect(records.first?.pass == .forward && records.first?.durations.count == 3)
      #expect(records.first?.stoppedEarly == nil && records.dropFirst().allSatisfy(\.durations.isEmpty))
    }
  }
}
