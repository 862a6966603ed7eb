import Foundation
import Results
import TestSupport
import Testing

@testable import bench

/// `bench compare`, `bench baseline` and the gate against a baseline, on made-up files.
@Suite struct CompareTests {
  /// A directory with a run of mobilenetv2 for each median.
  private func write(
    _ medians: [Double], to directory: String, model: String = "mobilenetv2", backend: String = "auto",
    protocolName: String = "classic", change: (inout ResultFile) -> Void = { _ in }
  ) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for (index, median) in medians.enumerated() {
      let record = Record(
        model: model, pass: .forward, batchSize: 1, imageSize: 224, backend: backend, threads: 1, seed: 1,
        protocolName: protocolName, requestedBatches: 3, requestedBurnIn: 1, durations: [median, median, 9],
        flopPerStep: 1e9, instructionSet: bestInstructionSet, flushesDenormals: true, hugePagesAdvised: true,
        verification: .skipped)
      var file = ResultFile(context: capturedContext(), records: [record])
      change(&file)
      try ResultStore.write(file, to: "\(directory)/\(index).json")
    }
  }

  @Test func runsAreTheUnit() throws {
    try withDirectory { (directory: String) throws in
      try write([0.100, 0.101, 0.102, 0.103], to: "\(directory)/before")
      try write([0.080, 0.081, 0.082, 0.083], to: "\(directory)/after")
      let outcome = Outcome(["compare", "\(directory)/before", "\(directory)/after"])
      #expect(outcome.status == 0 && outcome.err == "", "\(outcome.err)")
      let row = try #require(outcome.lines.first { $0.hasPrefix("mobilenetv2 forward") })
      #expect(row.contains("101.500") && row.contains("81.500"), "\(row)")
      #expect(row.split(separator: " ").suffix(6) == ["-19.7", "-22.3", "-17.0", "0.029", "4", "4"], "\(row)")
    }
  }

  @Test func programsGetNumbers() throws {
    try withDirectory { (directory: String) throws in
      try write([0.100, 0.104, 0.102, 0.103], to: "\(directory)/a")
      try write([0.101, 0.103, 0.102, 0.105, 0.1], to: "\(directory)/b")
      let outcome = Outcome(["compare", "\(directory)/a", "\(directory)/b", "--format", "csv"])
      let lines = outcome.out.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").suffix(6) }
      #expect(lines.count == 2 && lines[0] == ["change [1]", "95 % from [1]", "95 % to [1]", "p", "n a", "n b"])
      let numbers = lines[1].map { Double($0) ?? .nan }
      #expect(numbers.allSatisfy(\.isFinite) && numbers[3] > 0.05 && numbers[4...] == [4, 5], "\(numbers)")
    }
  }

  @Test func oneRunASideHasNoP() throws {
    try withDirectory { (directory: String) throws in
      try write([0.1], to: "\(directory)/a")
      try write([0.2], to: "\(directory)/b")
      let outcome = Outcome(["compare", "\(directory)/a/0.json", "\(directory)/b/0.json"])
      #expect(outcome.status == 0)
      let row = try #require(outcome.lines.first { $0.hasPrefix("mobilenetv2 forward") })
      #expect(row.split(separator: " ").suffix(6) == ["100.0", "-", "-", "-", "1", "1"], "\(row)")
      #expect(outcome.out.contains("With 1 and 1 runs no p can fall below 1.00; repeat"), "\(outcome.out)")
    }
  }

  @Test func otherBackendIsTheSameWork() throws {
    try withDirectory { (directory: String) throws in
      try write([0.1], to: "\(directory)/a")
      try write([0.2], to: "\(directory)/b", backend: "im2col")
      let outcome = Outcome(["compare", "\(directory)/a", "\(directory)/b"])
      #expect(outcome.out.contains(", auto -> 1 thread"), "\(outcome.out)")
    }
  }

  /// Steps in turns with other back ends find other data in the caches, so they are not comparable with other runs.
  @Test func stepsInTurnsAreNotPooledWithOthers() throws {
    try withDirectory { (directory: String) throws in
      try write([0.1], to: "\(directory)/a")
      try write([0.2], to: "\(directory)/b", protocolName: Record.inTurns)
      let outcome = Outcome(["compare", "\(directory)/a", "\(directory)/b"])
      #expect(outcome.out.contains(", auto, in turns  100.000"), "\(outcome.out)")
      try FileManager.default.moveItem(atPath: "\(directory)/b/0.json", toPath: "\(directory)/a/1.json")
      let both = Outcome(["compare", "\(directory)/a", "\(directory)/a", "--format", "csv"])
      #expect(both.out.components(separatedBy: "mobilenetv2 forward").count == 3, "\(both.out)")
    }
  }

  @Test func whatElseDiffersIsSaid() throws {
    try withDirectory { (directory: String) throws in
      try write([0.1, 0.1], to: "\(directory)/a") { $0.context.build.compiler = "Swift 5" }
      try write([0.2], to: "\(directory)/b") { file in
        file.context.build.compiler = "Swift 6"
        file.context.machine.governor = "powersave"
      }
      let outcome = Outcome(["compare", "\(directory)/a", "\(directory)/b"])
      #expect(outcome.out.contains("the sides were not measured alike: compiler: Swift 5 then, Swift 6 now."))
      #expect(outcome.out.contains("Warning (b): The frequency governor is 'powersave'"), "\(outcome.out)")
      #expect(outcome.out.contains("Warning (a, b): The kernels were not verified"), "\(outcome.out)")
      #expect(outcome.out.contains("Warning (a, b): 3 timed steps are too few"), "\(outcome.out)")
    }
  }

  @Test func geometricMeanComesLast() throws {
    try withDirectory { (directory: String) throws in
      for (side, factor) in [("a", 1.0), ("b", 2.0)] {
        try write([0.1 * factor], to: "\(directory)/\(side)")
        try write([0.4 * factor], to: "\(directory)/alexnet", model: "alexnet")
        try FileManager.default.moveItem(
          atPath: "\(directory)/alexnet/0.json", toPath: "\(directory)/\(side)/alexnet.json")
      }
      let outcome = Outcome(["compare", "\(directory)/a", "\(directory)/b", "--format", "csv"])
      #expect(outcome.out.contains("\r\ngeometric mean,0.2"), "\(outcome.out)")
      #expect(outcome.out.hasSuffix(",1,,,,,\r\n"), "\(outcome.out)")
      #expect(outcome.err.contains("note: Each run counts once,"), "\(outcome.err)")
      #expect(outcome.err.contains("note: Warning (a, b): The kernels were not verified"), "\(outcome.err)")
    }
  }

  @Test func nothingInCommonIsAFailure() throws {
    try withDirectory { (directory: String) throws in
      try write([0.1], to: "\(directory)/a")
      try write([0.2], to: "\(directory)/b", model: "alexnet")
      try FileManager.default.createDirectory(atPath: "\(directory)/empty", withIntermediateDirectories: true)
      try Data("{".utf8).write(to: URL(fileURLWithPath: "\(directory)/broken.json"))
      expectRefusal(["compare", "\(directory)/a", "\(directory)/b"], status: 1, saying: "no benchmark in common")
      expectRefusal(["compare", "\(directory)/a", "\(directory)/empty"], status: 1, saying: "holds no result")
      expectRefusal(["compare", "\(directory)/a", "\(directory)/broken.json"], status: 1, saying: "is not JSON")
      expectRefusal(["compare", "\(directory)/a", "\(directory)/none"], status: 64, saying: "There is no file")
      expectRefusal(["compare", "\(directory)/a"], status: 64, saying: "<b>")
    }
  }

  @Test func baselinesAreSavedListedShownAndDeleted() throws {
    try withDirectory { (directory: String) throws in
      try write([0.1, 0.2], to: "\(directory)/runs")
      let place = ["--directory", "\(directory)/baselines"]
      #expect(Outcome(["baseline", "save", "v1", "\(directory)/runs"] + place).status == 0)
      let list = Outcome(["baseline", "list", "--format", "csv"] + place)
      #expect(list.status == 0 && list.out.contains("\r\nv1,2,1,"), "\(list.out)")
      let show = Outcome(["baseline", "show", "v1"] + place)
      #expect(show.out.contains("150.000") && show.out.contains("note: processor "), "\(show.out)")
      #expect(show.out.contains("note: Warning (run 1, run 2): 3 timed steps are too few"), "\(show.out)")
      let path = "\(directory)/baselines/v1.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let other = text.replacing("\n  \"schema\" : 1", with: "\n  \"schema\" : 99")
      try Data(other.utf8).write(to: URL(fileURLWithPath: path))
      expectRefusal(["baseline", "show", "v1"] + place, status: 1, saying: "v1.json has schema 99, this bench reads")
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      #expect(Outcome(["baseline", "delete", "v1"] + place).status == 0)
      for command in ["show", "delete"] {
        expectRefusal(["baseline", command, "v1"] + place, status: 64, saying: "There is no baseline 'v1'")
      }
      expectRefusal(
        ["baseline", "save", "../v1", "\(directory)/runs"] + place, status: 64, saying: "name must consist of letters")
      expectRefusal(["baseline", "save", "v1", "/none"] + place, status: 64, saying: "There is no file")
      let proc = ["--directory", "/proc/baselines"]
      expectRefusal(["baseline", "save", "v1", "\(directory)/runs"] + proc, status: 1, saying: "Cannot write")
    }
  }
}
