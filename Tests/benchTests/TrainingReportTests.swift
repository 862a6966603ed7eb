import Foundation
import Results
import TestSupport
import Testing

@testable import bench

/// `bench report` of a training.
@Suite struct TrainingReportTests {
  @Test func pageHasLossesAndSteps() throws {
    try withDirectory { (directory: String) throws in
      let file = try training(directory)
      let outcome = Outcome(["report", file, "--html", "\(directory)/x.html"])
      #expect(outcome.status == 0 && outcome.out.contains("cifar10-tutorial"), "\(outcome.err)")
      let page = try String(contentsOfFile: "\(directory)/x.html", encoding: .utf8)
      for title in ["Loss", "Steps in their order"] { #expect(page.contains("<figcaption><b>\(title)</b>")) }
      // A point for each step in both charts.
      #expect(page.components(separatedBy: "<circle").count - 1 == 2 * 3)
    }
  }

  @Test func otherCommandsSayWhatItIs() throws {
    try withDirectory { (directory: String) throws in
      let file = try training(directory)
      expectRefusal(
        ["compare", file, file], status: 1, saying: "is a training and no result of a run; show it with `bench report")
    }
  }

  /// A file that somebody has changed ends in a sentence.
  @Test(arguments: [
    ("first_step", "-1", "0 to"), ("batch_size", "0", "1 to"),
    ("durations_s", "[1]", "one number for each of 3 losses"),
    ("waits_s", "[-1, 0, 0]", "numbers from 0 on"),
  ])
  func impossibleNumbersAreRefused(_ key: String, _ value: String, _ words: String) throws {
    try withDirectory { (directory: String) throws in
      let file = try training(directory)
      var tree = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file))) as! [String: Any]
      var records = tree["records"] as! [[String: Any]]
      records[0][key] = try JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)
      tree["records"] = records
      try JSONSerialization.data(withJSONObject: tree).write(to: URL(fileURLWithPath: file))
      expectRefusal(["report", file], status: 1, saying: words)
    }
  }

  private func training(_ directory: String) throws -> String {
    let file = "\(directory)/x.json"
    let outcome = Outcome(
      TrainTests.tiny + ["--steps", "3", "--checkpoints", "\(directory)/checkpoints", "--output", file])
    try #require(outcome.status == 0, "\(outcome.err)")
    return file
  }
}
