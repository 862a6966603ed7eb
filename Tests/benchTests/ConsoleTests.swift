import Foundation
import Results
import TestSupport
import Testing

/// Standard output that fails: a full disk and a closed pipe.
@Suite struct ConsoleTests {
  private static let sentence =
    "Error: Standard output could not be written: its disk is full or its reader has gone.\n"

  /// Runs a shell script, in which `$bench` is the program.
  private func shell(_ script: String, in directory: String) throws -> Ran {
    try Ran(["bench=\(Ran.program)", "bash", "-c", script], in: directory)
  }

  @Test func fullDiskIsAFailureAtTheEnd() throws {
    try withDirectory { (directory: String) throws in
      let ran = try shell("exec \"$bench\" list >/dev/full", in: directory)
      #expect(ran.status == 1 && ran.err == Self.sentence, "\(ran.status): \(ran.err)")
      let wrong = try shell("exec \"$bench\" describe squeezenet >/dev/full", in: directory)
      #expect(wrong.status == 64 && !wrong.err.contains("Standard output"), "\(wrong.status): \(wrong.err)")
      let silent = try shell("exec \"$bench\" list 2>/dev/full | wc -l", in: directory)
      #expect(silent.status == 0 && Int(silent.out.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 6)
    }
  }

  @Test func measurementIsKeptWhereNobodyReads() throws {
    try withDirectory { (directory: String) throws in
      let run = (RunTests.tiny + ["--pass", "forward", "--no-verify", "--output", "x.json"]).joined(separator: " ")
      // The reader has gone before the first line is written.
      let ran = try shell(
        "set -o pipefail; { sleep 0.2; XDG_CACHE_HOME=$PWD \"$bench\" \(run); } | true", in: directory)
      #expect(
        ran.status == 1 && ran.err.hasSuffix("The result is in x.json.\n" + Self.sentence), "\(ran.status): \(ran.err)")
      #expect(try ResultStore.read("\(directory)/x.json").records[0].durations.count == 2)
    }
  }
}
