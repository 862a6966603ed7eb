import Foundation
import Results
import TestSupport
import Testing

/// `bench report` and `bench history` on the published results.
@Suite struct ReportCommandTests {
  static let published = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("results/2026-11-21-zen5").path

  @Test func reportPrintsASummaryAndWritesThePage() throws {
    try withDirectory { (directory: String) throws in
      let page = "\(directory)/r.html"
      let files = ["auto", "im2col"].map { "\(Self.published)/alexnet-\($0)-1.json" }
      let outcome = Outcome(["report"] + files + ["--html", page, "--format", "markdown"])
      #expect(outcome.status == 0 && outcome.err == "The page is \(page).\n", "\(outcome.err)")
      #expect(outcome.lines.count { $0.hasPrefix("| alexnet |") } == 4)
      let steps = try files.flatMap { try ResultStore.read($0).records }.reduce(0) { $0 + $1.durations.count }
      let html = try String(contentsOfFile: page, encoding: .utf8)
      #expect(html.components(separatedBy: "<circle").count - 1 == 2 * steps)
    }
  }

  /// The files of the directory count, those of deeper ones do not.
  @Test func reportReadsADirectory() throws {
    let outcome = Outcome(["report", Self.published, "--format", "csv"])
    #expect(outcome.status == 0 && outcome.out.contains("alexnet") && outcome.out.contains("vgg16"), "\(outcome.err)")
  }

  @Test func historyReadsADirectory() throws {
    try withDirectory { (directory: String) throws in
      try FileManager.default.createDirectory(atPath: "\(directory)/below", withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: "\(Self.published)/vgg16-auto-1.json", toPath: "\(directory)/below/a.json")
      try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(directory)/other.json"))
      let outcome = Outcome(["history", directory, "--html", "\(directory)/h.html"])
      #expect(outcome.status == 0, "\(outcome.err)")
      #expect(outcome.lines.count { $0.hasPrefix("vgg16 ") } == 2)
      #expect(outcome.err.contains("Left out: ") && outcome.err.contains("other.json"))
      #expect(try String(contentsOfFile: "\(directory)/h.html", encoding: .utf8).contains("Benchmark history"))
    }
  }

  /// The runs are of main's commit, of the same with local changes, and of a commit that main does not contain.
  @Test func historyOfABranch() throws {
    try withDirectory { (directory: String) throws in
      let git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]
      func hash(_ message: String) throws -> String {
        #expect(try Ran(git + ["commit", "-q", "--allow-empty", "-m", message], in: directory).status == 0)
        return try Ran(["git", "rev-parse", "HEAD"], in: directory).out.trimmingCharacters(in: .whitespacesAndNewlines)
      }
      #expect(try Ran(git + ["init", "-q"], in: directory).status == 0)
      let main = try hash("main")
      #expect(try Ran(["git", "checkout", "-q", "-b", "other"], in: directory).status == 0)
      let other = try hash("other")
      let text = try String(contentsOfFile: "\(Self.published)/vgg16-auto-1.json", encoding: .utf8)
      let published = try #require(text.firstMatch(of: /"hash" : "(.*?)",\s*"is_dirty" : false/))
      for (name, hash, isDirty) in [("main", main, false), ("dirty", main, true), ("other", other, false)] {
        let own = text.replacing(published.0, with: "\"hash\" : \"\(hash)\", \"is_dirty\" : \(isDirty)")
        try Data(own.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name).json"))
      }
      func history(_ reference: String) throws -> Ran {
        try Ran([Ran.program, "history", ".", "--on", reference], in: directory)
      }
      for (reference, count) in [("main", 1), ("other", 2), (main, 1)] {
        let ran = try history(reference)
        #expect(ran.status == 0 && ran.out.contains("vgg16"), "\(ran.err)")
        #expect(ran.err.contains("\(count) of 3 files are of commits on \(reference)"), "\(ran.err)")
      }
      let unknown = try history("nowhere")
      #expect(unknown.status == 64 && unknown.err.contains("has no commit 'nowhere'"), "\(unknown.err)")
    }
  }

  @Test func refusals() throws {
    expectRefusal(["report"], status: 64, saying: "<files>")
    expectRefusal(["report", "/no/such.json"], status: 64, saying: "There is no file or directory '/no/such.json'.")
    expectRefusal(["history", "/no/such"], status: 64, saying: "There is no file or directory '/no/such'.")
    expectRefusal(["report", "x.json", "--format", "xml"], status: 64, saying: "There is no format 'xml'.")
    try withDirectory { (directory: String) throws in
      for command in ["history", "report"] {
        expectRefusal([command, directory], status: 1, saying: "holds no result")
      }
      try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(directory)/other.json"))
      #expect(Outcome(["history", directory]).err.contains("Error: There is no result with a timed step"))
      expectRefusal(["report", directory], status: 1, saying: "lacks the key 'schema'")
    }
  }

  @Test func pageThatCannotBeWrittenIsAnError() {
    let outcome = Outcome(["report", "\(Self.published)/alexnet-auto-1.json", "--html", "/proc/r.html"])
    #expect(outcome.status == 1 && outcome.err.hasPrefix("Error: Cannot write /proc/r.html ("), "\(outcome.err)")
    #expect(outcome.err.hasSuffix("; choose another place.\n"), "the option has another name in other commands")
  }
}
