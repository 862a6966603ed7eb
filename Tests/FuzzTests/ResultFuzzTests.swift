import Analysis
import Foundation
import Results
import Testing

/// Files of results, which people send each other: each is shown, or refused with a sentence.
@Suite(.serialized) struct ResultFuzzTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

  private func files(_ names: String...) throws -> [[UInt8]] {
    try names.map { [UInt8](try Data(contentsOf: Self.corpus.appending(path: $0))) }
  }

  @Test func results() throws {
    var count = 0
    Fuzzing(name: "result", corpus: try files("run.json", "turns.json")).run { bytes in
      try ResultFile(json: Data(bytes), path: "x.json")
    } use: { file in
      count += 1
      // A page takes longer than the reading.
      guard count.isMultiple(of: 10) else { return }
      let report = Report([(name: "x.json", file: file)])
      _ = (report.html, TextRenderer().render(report.table), CSVRenderer().render(report.table))
    }
  }

  @Test func profiles() throws {
    var count = 0
    Fuzzing(name: "profile", corpus: try files("profile.json")).run { bytes in
      try ProfileFile(json: Data(bytes), path: "x.json")
    } use: { file in
      count += 1
      guard count.isMultiple(of: 10) else { return }
      let report = ProfileReport([(name: "x.json", file: file)])
      _ = (report.html, report.tables.map { TextRenderer().render($0) })
      _ = ProfileComparison.tables(file, file, names: ("a", "b"))
    }
  }

  @Test func trainings() throws {
    var count = 0
    Fuzzing(name: "training", corpus: try files("training.json")).run { bytes in
      try TrainingFile(json: Data(bytes), path: "x.json")
    } use: { file in
      count += 1
      guard count.isMultiple(of: 10) else { return }
      let report = TrainingReport([(name: "x.json", file: file)])
      _ = (report.html, TextRenderer().render(report.table))
    }
  }

  /// What is done with a plan needs a network: what it names is looked up, and refused where it is not there.
  @Test func plans() throws {
    Fuzzing(name: "plan", corpus: try files("plan.json")).run {
      try PlanFile(json: Data($0), path: "x.json")
    } use: { file in
      _ = (file.passes.flatMap(\.layers).map(\.description), file.key.differences(from: file.key))
    }
  }

  @Test func machines() throws {
    Fuzzing(name: "machine", corpus: try files("machine.json")).run { try MachineFile(json: Data($0), path: "x.json") }
  }
}
