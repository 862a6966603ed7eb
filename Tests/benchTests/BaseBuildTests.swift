import Foundation
import TestSupport
import Testing

/// Bases that are commits, with the program itself in a repository of its own: the working directory counts.
@Suite struct BaseBuildTests {
  /// What a process left behind.
  private struct Ran {
    let status: Int32
    let out: String
    let err: String

    init(_ command: [String], in directory: String) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = command
      process.currentDirectoryURL = URL(fileURLWithPath: directory)
      // Files: nobody reads two pipes at once here.
      let paths = ["out", "err"].map { "\(directory)/.\($0)" }
      for path in paths { _ = FileManager.default.createFile(atPath: path, contents: nil) }
      process.standardOutput = FileHandle(forWritingAtPath: paths[0])
      process.standardError = FileHandle(forWritingAtPath: paths[1])
      try process.run()
      process.waitUntilExit()
      status = process.terminationStatus
      let texts = try paths.map { String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self) }
      (out, err) = (texts[0], texts[1])
    }
  }

  /// The program beside the tests.
  private static let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".build/debug/bench").path

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
      let ran = try Ran([Self.program, "gate", "--base", "HEAD", "--model", "mobilenetv2"], in: directory)
      #expect(ran.status == 1 && ran.err.contains("HEAD does not build; the whole log is in"), "\(ran.err)")
      #expect(ran.out == "")
      // Nothing is left behind but the log.
      let left = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/.build/gate")
      #expect(left.count == 1 && left[0].hasSuffix(".log"), "\(left)")
      #expect(try Ran(["git", "worktree", "list"], in: directory).out.split(separator: "\n").count == 1)
    }
  }

  @Test func repositoryWithoutPackageIsAFailure() throws {
    try withRepository(manifest: nil) { directory in
      let ran = try Ran([Self.program, "gate", "--base", "HEAD", "--model", "mobilenetv2"], in: directory)
      #expect(ran.status == 1 && ran.err.contains("has no Package.swift"), "\(ran.err)")
    }
  }

  @Test func unknownCommitIsWrongUsage() throws {
    try withRepository(manifest: "") { directory in
      let ran = try Ran([Self.program, "gate", "--base", "origin/main", "--model", "mobilenetv2"], in: directory)
      #expect(ran.status == 64 && ran.err.contains("fetch-depth: 0"), "\(ran.err)")
    }
  }

  /// A commit that is built already is not built again; its program is a worker in name only here.
  @Test func builtBaseIsKept() throws {
    try withRepository(manifest: "this is no manifest\n") { directory in
      let commit = try Ran(["git", "rev-parse", "HEAD"], in: directory).out.trimmingCharacters(
        in: .whitespacesAndNewlines)
      let place = "\(directory)/.build/gate/\(commit)-debug"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: "\(place)/bench", withDestinationPath: GateTests.fakeWorker)
      let ran = try Ran(
        [
          Self.program, "gate", "--base", "HEAD", "--head", "\(place)/bench", "--model", "mobilenetv2", "--pass",
          "forward",
        ], in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      #expect(ran.out.contains("Head against HEAD (\(commit.prefix(12)))"), "\(ran.out)")
      #expect(FileManager.default.fileExists(atPath: "\(directory)/results/gate/gate.json"))
    }
  }

  /// The job summary is added to, and annotations are printed, where GitHub runs the job.
  @Test func gitHubIsTold() throws {
    try withDirectory { (directory: String) throws in
      for name in ["steady", "slow"] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: GateTests.fakeWorker)
      }
      try Data("before\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/summary"))
      let ran = try Ran(
        [
          "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=\(directory)/summary", Self.program, "gate", "--base", "./steady",
          "--head", "./slow", "--model", "mobilenetv2", "--pass", "forward", "--output", "out",
        ], in: directory)
      #expect(ran.status == 2, "\(ran.err)")
      let annotation = "::error title=bench gate: mobilenetv2 forward, batch 4::10.0 %25 slower than base."
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
