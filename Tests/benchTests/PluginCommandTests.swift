import Foundation
import Results
import Testing

/// Back ends of shared libraries in every command that names a back end.
@Suite struct PluginCommandTests {
  static let folder = PluginFolder.shared
  static let tiny = ["mobilenetv2", "--image-size", "32", "--batch-size", "1"]

  @Test func listHasIt() throws {
    let ran = try Self.folder.bench(["list", "--backend", "../libmine.so", "--backend", "other=../libmine.so"])
    #expect(ran.status == 0, "\(ran.err)")
    for name in ["mine ", "other "] { #expect(ran.out.split(separator: "\n").contains { $0.hasPrefix(name) }) }
  }

  /// It is verified, then timed; the file has the library's path and digest.
  @Test func runRecordsTheLibrary() throws {
    let ran = try Self.folder.bench(
      ["run"] + Self.tiny
        + [
          "--num-batches", "2", "--burn-in", "1", "--pass", "forward", "--backend", "../libdirect.so", "--format",
          "json",
        ])
    #expect(ran.status == 0, "\(ran.err)")
    let file = try JSONDecoder().decode(ResultFile.self, from: Data(ran.out.utf8))
    let library = try #require(file.context.libraries?.first)
    let digest = try Ran(["sha256sum", "\(Self.folder.path)/libdirect.so"], in: Document.root.path + "/.build")
    #expect(digest.out.hasPrefix(library.sha256 + " ") && library.path == "\(Self.folder.path)/libdirect.so")
    #expect(library.backends == ["c-direct"])
    let record = try #require(file.records.first)
    #expect(record.backend == "c-direct" && record.verification.outcome == .passed)
    #expect(record.layers.filter { $0.problem != nil }.allSatisfy { $0.backends[.forward] == "c-direct" })
  }

  @Test func backendsTakesTurnsWithIt() throws {
    let ran = try Self.folder.bench(
      ["backends"] + Self.tiny
        + [
          "--rounds", "2", "--pass", "forward", "--backend", "x=../libdirect.so", "--backend", "direct", "--baseline",
          "x",
        ])
    #expect(ran.status == 0, "\(ran.err)")
    #expect(ran.out.contains("\nx ") && ran.out.contains("relative to x"), "\(ran.out)")
  }

  /// A library with its own threads and another layout: what the host does shows as a phase.
  @Test func profileShowsTheReorder() throws {
    let ran = try Self.folder.bench(
      ["profile"] + Self.tiny
        + ["--num-batches", "2", "--pass", "forward", "--no-verify", "--backend", "../libblocked.so"])
    #expect(ran.status == 0, "\(ran.err)")
    #expect(ran.out.contains("blocked NCHW16c, OpenMP") && ran.out.contains("reorder"), "\(ran.out)")
    #expect(ran.err.contains("OMP_WAIT_POLICY is set to passive"), "\(ran.err)")
  }

  @Test func layerTakesTurnsWithIt() throws {
    let ran = try Self.folder.bench(
      [
        "layer", "n2c16h9w8k24r3s3u1p1", "--backend", "../libmine.so", "--backend", "../libblocked.so", "--backend",
        "im2col", "--rounds", "3",
      ])
    #expect(ran.status == 0, "\(ran.err)")
    for (name, count) in [(" mine ", 3), (" blocked ", 2), (" im2col ", 3)] {
      #expect(ran.out.split(separator: "\n").count { $0.hasPrefix("-") && $0.contains(name) } == count, "\(ran.out)")
    }
  }

  @Test func verifyHasItsPlans() throws {
    let ran = try Self.folder.bench([
      "verify", "alexnet", "--reference", fixture("alexnet"), "--backend", "../libmine.so",
    ])
    #expect(ran.status == 0, "\(ran.err)")
    #expect(ran.out.contains("Plans of shared libraries, forward-backward"), "\(ran.out)")
    #expect(ran.out.contains("Everything agrees within tolerance."), "\(ran.out)")
  }

  @Test func describeNamesIt() throws {
    let ran = try Self.folder.bench([
      "describe", "alexnet", "--plan", "--pass", "forward", "--backend", "../libmine.so",
    ])
    #expect(ran.status == 0 && ran.out.contains(" mine  "), "\(ran.out)\(ran.err)")
  }

  /// Two libraries against each other. Here both are the same, so nothing is slower, whatever the machine does.
  @Test func gateComparesLibraries() throws {
    let gate = [
      "gate", "--model", "n1c8h8w8k8r3s3u1p1", "--max-time", "2", "--output", "gate", "--threshold", "1000",
      "--threads", "1",
      "--kernel", "../libdirect.so", "--base-kernel",
    ]
    let same = try Self.folder.bench(gate + ["../libmine.so"])
    #expect([0, 5].contains(same.status), "\(same.out)\(same.err)")
    #expect(same.out.contains("Head against kernel ../libmine.so"), "\(same.out)")
    let wrong = try Self.folder.bench(gate + ["../libfaulty.so"], fault: "channel")
    #expect(wrong.status == 3 && wrong.out.contains("all of them at channel 2"), "\(wrong.out)\(wrong.err)")
  }

  // MARK: Faults

  /// A crash is a row, and the others are measured all the same.
  @Test func layerSurvivesACrash() throws {
    let ran = try Self.folder.bench(
      ["layer", "n2c5h7w6k4r3s3u1p1", "--backend", "../libfaulty.so", "--backend", "im2col", "--rounds", "2"],
      fault: "abort")
    #expect(ran.status == 3, "\(ran.out)\(ran.err)")
    let rows = ran.out.split(separator: "\n")
    #expect(
      rows.contains { $0.contains(" forward ") && $0.contains(" mine ") && $0.contains(" broken ") }, "\(ran.out)")
    #expect(rows.count { $0.contains(" im2col    im2col + sgemm ") } == 3, "\(ran.out)")
    #expect(ran.err.contains("Error: mine forward n2c5h7w6k4r3s3u1p1: called abort()"), "\(ran.err)")
  }

  @Test func verifySurvivesACrash() throws {
    let ran = try Self.folder.bench(
      ["verify", "alexnet", "--reference", fixture("alexnet"), "--backend", "../libfaulty.so"], fault: "abort")
    #expect(ran.status == 3, "\(ran.out)\(ran.err)")
    #expect(ran.out.contains("called abort()") && ran.out.contains("The network was not run"), "\(ran.out)")
    #expect(ran.out.contains("Something differs by more than its tolerance."), "\(ran.out)")
  }

  /// The other commands end before they time anything, with the problem's text.
  @Test(arguments: [
    (["run"] + tiny + ["--pass", "forward"], "channel", "all of them at channel 2"),
    (["backends"] + tiny + ["--pass", "forward"], "exit", "ended the process with code 0"),
    (["profile"] + tiny + ["--pass", "forward"], "hang", "did not end within 0.5 seconds"),
  ])
  func commandEndsWithCode3(_ command: [String], _ fault: String, _ words: String) throws {
    let ran = try Self.folder.bench(command + ["--backend", "../libfaulty.so"], fault: fault, limit: 0.5)
    #expect(ran.status == 3 && ran.out == "", "\(ran.out)\(ran.err)")
    #expect(ran.err.contains("Error: conv1: mine forward n1c3h32w32k32r3s3u2p0+1: "), "\(ran.err)")
    #expect(ran.err.contains(words), "\(ran.err)")
  }

  /// What passes verification and fails in a timed step is a row. The other back end, the other directions and the
  /// other problem are measured all the same.
  @Test(arguments: [
    ("crash:9", "crashed with a segmentation fault"), ("hang:9", "did not end within 3 seconds"),
    ("exit:9", "ended the process with code 0"), ("status:9", "run returned 7: the library is tired"),
  ])
  func layerSurvivesATimedStep(_ fault: String, _ words: String) throws {
    let list = "\(Self.folder.path)/two.txt"
    try Data("n2c5h7w6k4r3s3u1p1\nn1c4h5w5k4r1s1u1p0\n".utf8).write(to: URL(fileURLWithPath: list))
    let ran = try Self.folder.bench(
      [
        "layer", "--batch-file", list, "--backend", "../libfaulty.so", "--backend", "im2col", "--rounds", "10",
      ], fault: fault, limit: 3)
    #expect(ran.status == 3, "\(ran.out)\(ran.err)")
    let rows = ran.out.split(separator: "\n")
    let ours = rows.filter { $0.contains(" mine ") && $0.contains(" gradient ") || $0.contains(" broken ") }
    // A process that goes on counts the other problem's calls, too.
    let broken = fault == "status:9" ? 1 : 2
    #expect(ours.count { $0.contains(" forward ") && $0.contains(" broken ") } == broken, "\(ran.out)")
    #expect(ours.count { $0.contains(" gradient ") && !$0.contains(" broken ") } >= 4, "\(ran.out)")
    #expect(rows.count { $0.contains(" im2col ") && $0.contains("sgemm ") } == 6, "\(ran.out)")
    #expect(ran.out.contains("Broken: mine forward n2c5h7w6k4r3s3u1p1: "), "\(ran.out)")
    #expect(ran.out.contains(words) && ran.out.contains("while it was timed"), "\(ran.out)")
  }

  /// The network runs in the child, too, and what it was at is known.
  @Test(arguments: [
    ("crash:10", "crashed with a segmentation fault"), ("hang:10", "did not end within 3 seconds"),
    ("exit:10", "ended the process with code 0"), ("status:10", "run returned 7: the library is tired"),
  ])
  func verifySurvivesTheNetwork(_ fault: String, _ words: String) throws {
    let ran = try Self.folder.bench(
      ["verify", "lenet5", "--reference", fixture("lenet5"), "--backend", "../libfaulty.so"], fault: fault, limit: 3)
    #expect(ran.status == 3, "\(ran.out)\(ran.err)")
    #expect(ran.out.contains(words), "\(ran.out)")
    #expect(ran.out.contains("forward n"), "\(ran.out)")
    #expect(ran.out.contains("Something differs by more than its tolerance."), "\(ran.out)")
  }

  /// A network that is timed runs in the program itself; what fails there is no result either.
  @Test(arguments: [("later crash", "crashed, or ended the process"), ("later status", "failed while it was timed")])
  func failureWhileANetworkIsTimed(_ fault: String, _ words: String) throws {
    let ran = try Self.folder.bench(
      ["run"] + Self.tiny + ["--pass", "forward", "--num-batches", "2", "--backend", "../libfaulty.so"], fault: fault)
    #expect(ran.status == 3 && ran.err.contains(words), "\(ran.out)\(ran.err)")
  }

  // MARK: Names

  @Test(arguments: [
    (["layer", "n1c4h6w6k4r3", "--backend", "../libfaulty.so"], "taken", "There is a back end 'direct' already"),
    (["run", "alexnet", "--backend", "../libfaulty.so"], "two", "has several back ends; choose one: "),
    (
      ["run", "alexnet", "--backend", "../libfaulty.so:third"], "two",
      "has no back end 'third'. Use one of: mine, second."
    ),
    (["list", "--backend", "x=../libfaulty.so"], "two", "has several back ends: mine, second."),
    (["list", "--backend", "mine"], "", "'mine' is no shared library"),
    (["backends", "alexnet", "--backend", "../libmine.so", "--backend", "cudnn"], "", "There is no back end 'cudnn'."),
    (["layer", "n1c4h6w6k4r3", "--backend", "../libmine.so", "--baseline", "im2col"], "", "does not take part"),
    (["gate", "--base-kernel", "../libmine.so"], "", "--base-kernel compares shared libraries: give both"),
  ])
  func nameIsRefused(_ command: [String], _ fault: String, _ words: String) throws {
    let ran = try Self.folder.bench(command, fault: fault)
    #expect(ran.status == 64 && ran.out == "" && ran.err.contains(words), "\(ran.out)\(ran.err)")
  }
}
