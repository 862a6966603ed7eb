import Foundation
import TestSupport
import Testing

@testable import bench

/// A gate inside a git hook, which runs with variables that name the repository and the index of the command above it.
@Suite(.serialized) struct GitHookTests {
  /// A repository of two commits with a hook, and programs for both: `swift` makes a fake worker of any source.
  private func withRepository(
    _ hook: String, in place: (String, (String) throws -> Void) throws -> String, _ body: (String) throws -> Void
  ) throws {
    try withDirectory { (directory: String) throws in
      let (tools, main) = ("\(directory)/tools", "\(directory)/main")
      for path in [tools, main] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      try executable(
        "\(tools)/swift",
        """
        while [ $# -gt 0 ]; do [ "$1" = --scratch-path ] && build=$2; shift; done
        [ -z "$GIT_DIR$GIT_INDEX_FILE" ] || exit 9
        mkdir -p "$build/debug" && ln -s \(GateTests.fakeWorker) "$build/debug/bench"
        """)
      try FileManager.default.createSymbolicLink(atPath: "\(tools)/bench", withDestinationPath: GateTests.fakeWorker)
      func run(_ command: String, _ path: String) throws {
        let ran = try Ran(["sh", "-c", command], in: path)
        #expect(ran.status == 0, "\(command): \(ran.err)")
      }
      let config = "git config --global user.name x && git config --global user.email x@example.com && "
      try run("export HOME=\(directory); \(config) git config --global protocol.file.allow always", directory)
      try run(
        """
        export HOME=\(directory); git init -q -b main . && echo .build > .gitignore && echo x > Package.swift &&
        git add . && git commit -qm one && echo one > file && git add . && git commit -qm two
        """, main)
      let checkout = try place(directory) { try run("export HOME=\(directory); \($0)", main) }
      let hooks = try Ran(["git", "rev-parse", "--git-path", "hooks"], in: checkout).out
        .trimmingCharacters(in: .whitespacesAndNewlines)
      let gate = """
        unset GITHUB_ACTIONS
        PATH=\(tools):$PATH \(Ran.program) gate --base HEAD~1 --head \(tools)/bench --model mobilenetv2 --pass forward \
          --output \(directory)/out > \(directory)/gate.out 2> \(directory)/gate.err || exit 1
        """
      try executable(hooks.hasPrefix("/") ? "\(hooks)/\(hook)" : "\(checkout)/\(hooks)/\(hook)", gate)
      try body(checkout)
    }
  }

  private func executable(_ path: String, _ script: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #expect(
      FileManager.default.createFile(
        atPath: path, contents: Data("#!/bin/sh\n\(script)\n".utf8), attributes: [.posixPermissions: 0o755]))
  }

  enum Place: String, CaseIterable { case main, linked, submodule, mirror }

  private func checkout(_ place: Place, _ directory: String, _ run: (String) throws -> Void) throws -> String {
    switch place {
    case .main: return "\(directory)/main"
    case .linked:
      try run("git worktree add -q -b side \(directory)/linked")
      return "\(directory)/linked"
    case .submodule:
      try run(
        "git init -q \(directory)/outer && cd \(directory)/outer && git submodule --quiet add \(directory)/main inner")
      return "\(directory)/outer/inner"
    case .mirror:
      try run(
        "git clone -q --mirror . \(directory)/mirror && cd \(directory)/mirror && git worktree add -q \(directory)/tree main"
      )
      return "\(directory)/tree"
    }
  }

  /// The staged change is committed, and nothing else.
  @Test(arguments: Place.allCases) func commitKeepsItsIndex(place: Place) throws {
    try withRepository("pre-commit", in: { try checkout(place, $0, $1) }) { checkout in
      let home = "HOME=\(URL(fileURLWithPath: checkout).deletingLastPathComponent().path.replacing("/outer", with: ""))"
      try Data("two\n".utf8).write(to: URL(fileURLWithPath: "\(checkout)/file"))
      let ran = try Ran(
        ["sh", "-c", "export \(home); git add file && git commit -qm three; cat $HOME/gate.err >&2"], in: checkout)
      #expect(ran.status == 0, "\(ran.err)")
      #expect(try Ran(["git", "show", "HEAD:file"], in: checkout).out == "two\n", "\(ran.err)")
      let status = try Ran(["git", "status", "--porcelain", "--untracked-files=no"], in: checkout).out
      #expect(status.isEmpty, "\(status)")
      #expect(
        try Ran(["sh", "-c", "export \(home); cat $HOME/gate.out"], in: checkout).out.contains("Head against HEAD~1"))
    }
  }

  @Test(arguments: [Place.main, .linked]) func pushIsGated(place: Place) throws {
    try withRepository("pre-push", in: { try checkout(place, $0, $1) }) { checkout in
      let home = URL(fileURLWithPath: checkout).deletingLastPathComponent().path
      let ran = try Ran(
        [
          "sh", "-c",
          "export HOME=\(home); git init -q --bare $HOME/far && git push -q $HOME/far HEAD:x; s=$?; cat $HOME/gate.err >&2; exit $s",
        ],
        in: checkout)
      #expect(ran.status == 0, "\(ran.err)")
      #expect(try Ran(["cat", "\(home)/gate.out"], in: checkout).out.contains("Head against HEAD~1"))
    }
  }

  // MARK: What git says

  @Test(.enabled(if: getuid() == 0)) func checkoutOfSomebodyElseIsNamed() throws {
    try withDirectory { (directory: String) throws in
      let command = "export HOME=\(directory); git init -q repo; chown -R 12345 repo; cd repo"
      let ran = try Ran(
        ["sh", "-c", "\(command); \(Ran.program) gate --base main --model mobilenetv2"], in: directory)
      #expect(ran.status == 1 && ran.err.contains("git config --global --add safe.directory /"), "\(ran.err)")
    }
  }

  @Test func missingGitIsNamed() throws {
    try withDirectory { (directory: String) throws in
      try FileManager.default.createSymbolicLink(atPath: "\(directory)/env", withDestinationPath: "/usr/bin/env")
      let ran = try Ran(
        ["PATH=\(directory)", Ran.program, "gate", "--base", "main", "--model", "mobilenetv2"], in: directory)
      #expect(ran.status == 1 && ran.err.contains("There is no git in PATH"), "\(ran.err)")
    }
  }

  /// A git that hangs costs a run a second, not half a minute.
  @Test func hangingGitDelaysNothing() throws {
    try withDirectory { (directory: String) throws in
      try executable("\(directory)/bin/git", "exec sleep 100")
      let start = Date()
      let ran = try Ran(
        ["sh", "-c", "PATH=\(directory)/bin:$PATH \(Ran.program) \(SignalTests.tiny) --num-batches 2 --output r.json"],
        in: directory)
      #expect(ran.status == 0, "\(ran.err)")
      #expect(Date().timeIntervalSince(start) < 20)
    }
  }

  /// A file of the branch's name does not hide the branch.
  @Test func programOfABranchsNameIsAmbiguous() throws {
    try withDirectory { (directory: String) throws in
      let setUp =
        "export HOME=\(directory); git init -q -b main . && git -c user.name=x -c user.email=x@y commit -q --allow-empty -m x"
      #expect(try Ran(["sh", "-c", setUp], in: directory).status == 0)
      try executable("\(directory)/main", "exit 0")
      let ran = try Ran([Ran.program, "gate", "--base", "main", "--model", "mobilenetv2"], in: directory)
      #expect(ran.status == 64 && ran.err.contains("write ./main for the program, or refs/heads/main"), "\(ran.err)")
    }
  }
}
