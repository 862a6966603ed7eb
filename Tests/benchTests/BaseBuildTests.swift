import Foundation
import Results
import TestSupport
import Testing

@testable import bench

/// Bases that are commits. The program runs in a separate repository, because the working directory counts.
@Suite struct BaseBuildTests {
  private func withRepository(manifest: String?, _ body: (String) throws -> Void) throws {
    try withDirectory { (directory: String) throws in
      if let manifest { try Data(manifest.utf8).write(to: URL(fileURLWithPath: "\(directory)/Package.swift")) }
      try Data("x".utf8).write(to: URL(fileURLWithPath: "\(directory)/file"))
      let git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]
      for command in [["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]] {
        #expect(try Ran(git + command, in: directory).status == 0)
      }
      try body(directory)
    }
  }

  @Test func baseThatDoesNotBuildIsAFailure() throws {
    try withRepository(manifest: "this is no manifest\n") { directory in
      let ran = try Ran([Ran.program, "gate", "--base", "HEAD", "--model", "mobilenetv2"], in: directory)
      #expect(ran.status == 1 && ran.err.contains("HEAD does not build; the whole log is in"), "\(ran.err)")
      #expect(ran.out == "")
      // Only the log is left.
      let left = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/.build/gate")
      #expect(left.count == 1 && left[0].hasSuffix(".log"), "\(left)")
      #expect(try Ran(["git", "worktree", "list"], in: directory).out.split(separator: "\n").count == 1)
    }
  }

  /// Ctrl-C ends the compiler, which then fails.
  @Test func interruptionIsNoBrokenBase() throws {
    try withRepository(manifest: "// swift-tools-version: 6.2\n") { directory in
      try FileManager.default.createDirectory(atPath: "\(directory)/.bin", withIntermediateDirectories: true)
      let compiler = "#!/bin/sh\nkill -INT $PPID\nexec sleep 60\n"
      #expect(
        FileManager.default.createFile(
          atPath: "\(directory)/.bin/swift", contents: Data(compiler.utf8), attributes: [.posixPermissions: 0o755]))
      let path = "PATH=\(directory)/.bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
      let ran = try Ran([path, Ran.program, "gate", "--base", "HEAD", "--model", "mobilenetv2"], in: directory)
      #expect(ran.status == 1 && ran.err.contains("interrupted while HEAD was built"), "\(ran.err)")
      #expect(!ran.err.contains("does not build"), "\(ran.err)")
    }
  }

  @Test func repositoryWithoutPackageIsAFailure() throws {
    try withRepository(manifest: nil) { directory in
      let ran = try Ran([Ran.program, "gate", "--base", "HEAD", "--model", "mobilenetv2"], in: directory)
      #expect(ran.status == 1 && ran.err.contains("has no Package.swift"), "\(ran.err)")
    }
  }

  @Test func unknownCommitIsWrongUsage() throws {
    try withRepository(manifest: "") { directory in
      let ran = try Ran([Ran.program, "gate", "--base", "origin/main", "--model", "mobilenetv2"], in: directory)
      #expect(ran.status == 64 && ran.err.contains("fetch-depth: 0"), "\(ran.err)")
    }
  }

  /// A commit that is built already is not built again. Its program is a fake worker here.
  @Test func builtBaseIsKept() throws {
    try withRepository(manifest: "this is no manifest\n") { directory in
      let commit = try Ran(["git", "rev-parse", "HEAD"], in: directory).out.trimmingCharacters(
        in: .whitespacesAndNewlines)
      let compiler = capturedContext().build.compiler.replacing(" ", with: "-")
      let place = "\(directory)/.build/gate/\(commit)-debug-\(compiler)"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: "\(place)/bench", withDestinationPath: GateTests.fakeWorker)
      let ran = try Ran(
        [
          Ran.program, "gate", "--base", "HEAD", "--head", "\(place)/bench", "--model", "mobilenetv2", "--pass",
          "forward",
        ], in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      #expect(ran.out.contains("Head against HEAD (\(commit.prefix(12)))"), "\(ran.out)")
      #expect(FileManager.default.fileExists(atPath: "\(directory)/results/gate/gate.json"))
    }
  }

  /// Ctrl-C or the end of the process during the second of two benchmarks keeps the first.
  @Test(arguments: [("interrupting", 1), ("killing", 9)] as [(String, Int32)])
  func whatWasMeasuredBeforeTheEndIsKept(_ head: String, _ status: Int32) throws {
    try withDirectory { (directory: String) throws in
      for name in ["steady", head] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: GateTests.fakeWorker)
      }
      let ran = try Ran(
        [
          Ran.program, "gate", "--base", "./steady", "--head", "./\(head)", "--model", "mobilenetv2", "alexnet",
          "--pass", "forward", "--output", "out",
        ], in: directory)
      #expect(ran.status == status, "\(ran.err)")
      let json = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/out/gate.json"))
      let benchmarks = try JSONDecoder().decode(GateFile.self, from: json).benchmarks
      #expect(benchmarks.map(\.rounds.count).first == 20 && benchmarks.count == 2)
      guard head == "interrupting" else { return }
      #expect(benchmarks.map { $0.finding?.verdict } == [.pass, .inconclusive])
      #expect(benchmarks[1].finding?.reason?.contains("interrupted") == true && ran.out.contains("interrupted"))
    }
  }

  /// GitHub is not told of the regression that a self-test expects.
  @Test func gitHubIsNotToldOfASelfTest() throws {
    try withDirectory { (directory: String) throws in
      try FileManager.default.createSymbolicLink(
        atPath: "\(directory)/steady", withDestinationPath: GateTests.fakeWorker)
      let ran = try Ran(
        [
          "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=\(directory)/summary", Ran.program, "gate", "--self-test",
          "--head", "./steady", "--model", "mobilenetv2", "--pass", "forward", "--output", "out",
        ], in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      #expect(!ran.out.contains("::error") && !FileManager.default.fileExists(atPath: "\(directory)/summary"))
    }
  }

  /// Where GitHub runs the job, the job summary grows and annotations are printed.
  @Test func gitHubIsTold() throws {
    try withDirectory { (directory: String) throws in
      for name in ["steady", "slow"] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: GateTests.fakeWorker)
      }
      try Data("before\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/summary"))
      let ran = try Ran(
        [
          "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=\(directory)/summary", Ran.program, "gate", "--base", "./steady",
          "--head", "./slow", "--model", "mobilenetv2", "--pass", "forward", "--output", "out",
        ], in: directory)
      #expect(ran.status == 2, "\(ran.err)")
      let annotation = "::error title=bench gate%3A mobilenetv2 forward%2C batch 4::10.0 %25 slower than base."
      #expect(ran.out.contains(annotation), "\(ran.out)")
      let summary = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(directory)/summary")), as: UTF8.self)
      #expect(
        summary.hasPrefix("before\n### Head against ./steady") && summary.contains("| regression |"), "\(summary)")
      let junit = String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: "\(directory)/out/gate.xml")), as: UTF8.self)
      #expect(junit.contains("<failure message=\"10.0 % slower than base.\"/>"), "\(junit)")
    }
  }
}
