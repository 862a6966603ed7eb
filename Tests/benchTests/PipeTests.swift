import Foundation
import Results
import TestSupport
import Testing

/// Files that are none: what a shell puts in the place of a path.
@Suite struct PipeTests {
  private static let short = "\(SignalTests.tiny) --burn-in 0 --num-batches 20"

  /// Runs a script of bash, in which `$bench` is the program.
  private func bash(_ script: String, in directory: String) throws -> Ran {
    try Ran(["bench=\(Ran.program)", "XDG_CACHE_HOME=\(directory)", "bash", "-c", script], in: directory)
  }

  @Test(arguments: [
    "printf 'n1c3h8k4r3 stem\\n' | $bench layer --batch-file /dev/stdin --format problems",
    "$bench layer --batch-file <(printf 'n1c3h8k4r3 stem\\n') --format problems",
    "mkfifo list; printf 'n1c3h8k4r3 stem\\n' >list & sleep 0.2; $bench layer --batch-file list --format problems",
    // Editors of other systems begin a text with a byte order mark and end its lines with two characters.
    "printf '\\xef\\xbb\\xbfn1c3h8k4r3 stem\\r\\n' | $bench layer --batch-file /dev/stdin --format problems",
  ]) func batchFilesMayBePipes(_ script: String) throws {
    try withDirectory { (directory: String) throws in
      let ran = try bash(script, in: directory)
      #expect(ran.status == 0 && ran.out == "n1c3h8w8k4r3s3u1p0 stem\n", "\(ran.out)\(ran.err)")
    }
  }

  @Test func imagesMayComeFromAPipe() throws {
    try withDirectory { (directory: String) throws in
      let header = InputTests.header + String(repeating: " ", count: 117 - InputTests.header.utf8.count) + "\n"
      let file = Data([0x93]) + Data("NUMPY\u{1}\u{0}\u{76}\u{0}\(header)".utf8) + Data(count: 4 * 32 * 32 * 3)
      try file.write(to: URL(fileURLWithPath: "\(directory)/x.npy"))
      let ran = try bash("cat x.npy | $bench \(Self.short) --input /dev/stdin --output r.json", in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      let cut = try bash("head -c 999 x.npy | $bench \(Self.short) --input /dev/stdin --output r.json", in: directory)
      #expect(cut.status == 1 && cut.err.contains("/dev/stdin: the shape"), "\(cut.err)")
    }
  }

  /// One program writes the result while another one reads it.
  @Test func resultsGoThroughPipes() throws {
    try withDirectory { (directory: String) throws in
      let ran = try bash(
        """
        mkfifo pipe; $bench \(Self.short) --output pipe >/dev/null 2>err & \
        tee copy.json <pipe | $bench report /dev/stdin --format csv; wait $!; echo "status $?"
        """, in: directory)
      #expect(ran.status == 0 && ran.out.hasSuffix("status 0\n"), "\(ran.out)\(ran.err)")
      #expect(ran.out.contains("mobilenetv2,forward,1,32,"), "\(ran.out)")
      #expect(try ResultStore.read("\(directory)/copy.json").records[0].durations.count == 20)
      let compared = try bash("$bench compare /dev/stdin copy.json <copy.json", in: directory)
      #expect(compared.status == 0 && compared.out.contains("mobilenetv2 forward"), "\(compared.out)\(compared.err)")
    }
  }

  /// A terminal without a name moves no cursor: neither a bar nor a colour is drawn on it.
  @Test(arguments: ["TERM=", "TERM=dumb"]) func terminalThatMovesNoCursorGetsLines(_ terminal: String) throws {
    try withDirectory { (directory: String) throws in
      let ran = try bash(
        "\(terminal) script --quiet --command \"$bench \(Self.short) --output r.json\" /dev/null", in: directory)
      #expect(ran.status == 0 && ran.out.contains("Forward across"), "\(ran.out)")
      #expect(!ran.out.contains("\u{1B}"), "\(ran.out)")
    }
  }

  @Test func versionIsOneLine() throws {
    try withDirectory { (directory: String) throws in
      let ran = try bash("$bench --version", in: directory)
      #expect(ran.status == 0 && ran.err.isEmpty, "\(ran.err)")
      #expect(ran.out.wholeMatch(of: /bench [0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.]+)?\n/) != nil, "\(ran.out)")
    }
  }

  /// GitHub drops a summary above 1 MiB whole, so the table is cut at a line and the rest is left to the files.
  @Test(arguments: [0, 100, 2000]) func jobSummariesStayWithinTheirLimit(_ room: Int) throws {
    try withDirectory { (directory: String) throws in
      try FileManager.default.createSymbolicLink(
        atPath: "\(directory)/steady", withDestinationPath: GateTests.fakeWorker)
      let limit = 1 << 20
      let before = String(repeating: "x", count: limit - room - 1) + "\n"
      try Data(before.utf8).write(to: URL(fileURLWithPath: "\(directory)/summary"))
      let ran = try bash(
        """
        GITHUB_STEP_SUMMARY=summary $bench gate --base ./steady --head ./steady --pass forward --output out \
          --model mobilenetv2 alexnet vgg16:conv1_1 vgg16:conv1_2 vgg16:conv2_1 vgg16:conv2_2 vgg16:conv3_1 vgg16:conv3_2
        """, in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      let summary = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(directory)/summary")), as: UTF8.self)
      #expect(summary.utf8.count <= limit && summary.hasPrefix(before) && summary.hasSuffix("\n"))
      let added = summary.dropFirst(before.count)
      switch room {
      case 0: #expect(added.isEmpty)
      case 100: #expect(added.hasSuffix("\nThe rest does not fit into a job summary; the gate's files have it.\n"))
      default: #expect(added.contains("Head against ./steady"), "\(added)")
      }
    }
  }
}
