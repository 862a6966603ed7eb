import Foundation
import Results
import TestSupport
import Testing

/// A profile in the commands that read result files.
@Suite struct ProfileReportCommandTests {
  private static let run = "\(ReportCommandTests.published)/alexnet-auto-1.json"

  /// Two steps of a small network.
  private static let profile: String = {
    let words = ["--image-size", "64", "--batch-size", "1", "--num-batches", "2", "--pass", "forward", "--no-verify"]
    return Outcome(["profile", "alexnet", "--format", "json"] + words).out
  }()

  /// A directory with `p.json`, a profile, and `r.json`, the result of a run.
  private func withFiles(_ body: (String) throws -> Void) throws {
    try withDirectory { (directory: String) throws in
      try Data(Self.profile.utf8).write(to: URL(fileURLWithPath: "\(directory)/p.json"))
      try FileManager.default.copyItem(atPath: Self.run, toPath: "\(directory)/r.json")
      try body(directory)
    }
  }

  @Test func profileHasTablesAndAPage() throws {
    try withFiles { directory in
      let page = "\(directory)/p.html"
      let outcome = Outcome(["report", "\(directory)/p.json", "--html", page])
      #expect(outcome.status == 0 && outcome.err == "The page is \(page).\n", "\(outcome.err)")
      #expect(
        outcome.out.contains("alexnet forward, batch 1: layers")
          && outcome.out.contains("alexnet forward, batch 1: threads"))
      let html = try String(contentsOfFile: page, encoding: .utf8)
      #expect(html.contains("<h1>Profile of alexnet</h1>") && html.contains("One step, thread by thread"))
      let csv = Outcome(["report", "\(directory)/p.json", "--format", "csv"])
      #expect(csv.status == 0 && csv.out.hasPrefix("layer,direction,back end"), "\(csv.err)")
    }
  }

  /// The slices of the last step fill it on every thread.
  @Test func profileHasATimeline() throws {
    let record = try #require(try ProfileFile(json: Data(Self.profile.utf8), path: "p.json").records.first)
    let timeline = try #require(record.timeline)
    #expect(timeline.threads.count == record.threadCount && timeline.step <= record.durations[1] * 1.01)
    for slices in timeline.threads {
      #expect(abs(slices.reduce(0) { $0 + $1.duration } - timeline.step) < 1e-7)
      #expect(slices.allSatisfy { $0.layer.map(record.layers.indices.contains) ?? true } && slices.count <= 4000)
    }
  }

  @Test func runsBesideAProfileAreShownAlone() throws {
    try withFiles { directory in
      for paths in [[directory], ["\(directory)/p.json", "\(directory)/r.json"]] {
        let outcome = Outcome(["report"] + paths)
        #expect(outcome.status == 0 && outcome.out.hasPrefix("Summary"), "\(outcome.err)")
        #expect(
          outcome.err
            == "Left out: \(directory)/p.json is a profile; show it with `bench report \(directory)/p.json`.\n")
      }
    }
  }

  @Test func otherCommandsMeetItWithASentence() throws {
    try withFiles { directory in
      let profile = "\(directory)/p.json"
      let words = "\(profile) is a profile and no result of a run; show it with `bench report \(profile)`."
      expectRefusal(["compare", profile, Self.run], status: 1, saying: "is not; compare two of a kind.")
      expectRefusal(["baseline", "save", "b", profile, "--directory", directory], status: 1, saying: words)
      #expect(Outcome(["compare", directory, Self.run]).err == Outcome(["compare", Self.run, Self.run]).err)
      let history = Outcome(["history", directory])
      #expect(history.status == 0 && history.err.contains("Left out: \(words)"), "\(history.err)")
      try FileManager.default.removeItem(atPath: "\(directory)/r.json")
      expectRefusal(["compare", directory, Self.run], status: 1, saying: "holds only profiles")
    }
  }

  @Test func brokenProfileIsRefused() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/p.json"
      try Data("{\"kind\": \"profile\", \"schema\": 1}".utf8).write(to: URL(fileURLWithPath: path))
      expectRefusal(["report", path], status: 1, saying: "lacks the key 'context'")
    }
  }
}
