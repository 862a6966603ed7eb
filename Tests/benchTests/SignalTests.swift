import Foundation
import Results
import TestSupport
import Testing

/// Requests to stop: what is measured is kept, and nothing goes on for ever.
@Suite(.serialized) struct SignalTests {
  static let tiny = "mobilenetv2 --image-size 32 --batch-size 1 --pass forward --no-verify --threads 1"

  /// A step of half a minute does not outlive the grace time. A profile's begins when the machine's bounds are measured,
  /// in 3 s.
  @Test(arguments: [
    ("layer n1c512h56w56k512r3p1 --backend naive --rounds 10", "checking", 1),
    ("profile vgg16 --batch-size 2 --pass forward --backend naive --no-verify", "bounds 1 thread", 10),
  ]) func stepThatDoesNotEndIsLeftBehind(_ command: String, _ phase: String, _ seconds: Int) throws {
    try withDirectory { (directory: String) throws in
      let script = """
        \(Ran.program) \(command) --threads 1 --grace 1 2>err &
        until grep -q '\(phase)' err; do sleep 0.1; done; sleep \(seconds); kill -TERM $!; wait $!; echo "status $?"
        cat err
        """
      let start = Date()
      let ran = try Ran(["XDG_CACHE_HOME=\(directory)", "sh", "-c", script], in: directory)
      #expect(ran.out.contains("status 1\n"), "\(ran.out) \(ran.err)")
      #expect(ran.out.contains("What runs does not end; 1 s after the request the program does"), "\(ran.out)")
      #expect(Date().timeIntervalSince(start) < 35)
    }
  }

  /// A worker that never answers keeps neither the gate nor its verdict on the others.
  @Test func gateDoesNotWaitForAWorkerThatHangs() throws {
    try withDirectory { (directory: String) throws in
      for name in ["steady", "hanging"] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: GateTests.fakeWorker)
      }
      let script = """
        \(Ran.program) gate --base ./steady --head ./hanging --model mobilenetv2 --pass forward --threads 1 --grace 1 \
          --output out 2>err &
        sleep 3; kill -TERM $!; wait $!; echo "status $?"
        """
      let start = Date()
      let ran = try Ran(["sh", "-c", script], in: directory)
      #expect(ran.out.hasSuffix("status 1\n"), "\(ran.out.suffix(300)) \(ran.err)")
      // The worker sleeps for a minute, and the gate itself would wait longer.
      #expect(Date().timeIntervalSince(start) < 25)
      let file = try JSONDecoder().decode(
        GateFile.self, from: try Data(contentsOf: URL(fileURLWithPath: "\(directory)/out/gate.json")))
      #expect(file.benchmarks.map { $0.finding?.verdict } == [.inconclusive])
    }
  }

  /// `timeout` sends a signal to the process and another one to its group at once.
  @Test func twoSignalsAtOnceAreOneRequest() throws {
    try withDirectory { (directory: String) throws in
      let script = """
        \(Ran.program) \(Self.tiny) --num-batches 1000000 --output r.json 2>err &
        until grep -q timing err; do sleep 0.1; done; sleep 0.3; kill -TERM $!; kill -TERM $!; wait $!; echo "status $?"
        """
      let ran = try Ran(["sh", "-c", script], in: directory)
      #expect(ran.out.hasSuffix("status 1\n"), "\(ran.out.suffix(300)) \(ran.err)")
      let file = try ResultStore.read("\(directory)/r.json")
      #expect(file.records.first?.durations.isEmpty == false && file.records.first?.stoppedEarly == .interrupted)
    }
  }

  /// As after `nohup`, and in the background of a script.
  @Test(arguments: ["HUP", "INT"]) func ignoredSignalsStayIgnored(signal: String) throws {
    try withDirectory { (directory: String) throws in
      let script = """
        trap '' \(signal)
        \(Ran.program) \(Self.tiny) --burn-in 0 --num-batches 1000000 --max-time 2 --output r.json 2>err &
        until grep -q timing err; do sleep 0.1; done; kill -\(signal) $!; wait $!; echo "status $?"
        """
      let ran = try Ran(["sh", "-c", script], in: directory)
      #expect(ran.out.hasSuffix("status 0\n"), "\(ran.out.suffix(300)) \(ran.err)")
    }
  }

  /// The result is printed where no file can hold it.
  @Test func limitOfFileSizesLosesNoResult() throws {
    try withDirectory { (directory: String) throws in
      let script = """
        ulimit -f 1; exec 3>&1
        TMPDIR=. \(Ran.program) \(Self.tiny) --burn-in 0 --num-batches 20 --output r.json 2>&1 >/dev/null | cat >&3
        """
      let ran = try Ran(["bash", "-c", "{ \(script)\n} | head -c 100000000 | tail -n 2"], in: directory)
      #expect(ran.out.contains("r.json") && ran.out.contains("The result is printed above instead."), "\(ran.out)")
    }
  }

  /// No library is loaded that nobody needs, and none holds the process at its end. The limit leaves room for two of the
  /// allocator's arenas of 64 MiB, which it reserves where threads meet, and none for OpenBLAS.
  @Test func littleAddressSpaceIsEnough() throws {
    try withDirectory { (directory: String) throws in
      let ran = try Ran(
        ["sh", "-c", "ulimit -v 280000; exec timeout 60 \(Ran.program) \(Self.tiny) --num-batches 2 --output r.json"],
        in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      let im2col = try Ran(
        ["sh", "-c", "ulimit -v 280000; exec timeout 60 \(Ran.program) layer n1c8h8w8k8r3 --backend im2col"],
        in: directory)
      #expect(im2col.status == 1 && im2col.err.contains("raise `ulimit -v`"), "\(im2col.err)")
    }
  }

  @Test func missingLibraryIsASentence() throws {
    try withDirectory { (directory: String) throws in
      for name in ["libopenblas.so.0", "libopenblas.so"] {
        try Data("no library".utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
      }
      let command = ["LD_LIBRARY_PATH=\(directory)", Ran.program]
      let layer = try Ran(command + ["layer", "n1c8h8w8k8r3", "--backend", "im2col"], in: directory)
      #expect(layer.status == 1 && layer.err.contains("install libopenblas-dev"), "\(layer.err)")
      let list = try Ran(command + ["list"], in: directory)
      #expect(list.status == 0 && list.out.contains("install libopenblas-dev"), "\(list.out)")
      let run = try Ran(command + ["mobilenetv2", "--backend", "im2col"], in: directory)
      #expect(run.status == 64 && run.err.contains("install libopenblas-dev"), "\(run.err)")
    }
  }
}
