import Foundation
import TestSupport
import Testing

@testable import bench

/// `bench layer`: the sources of its problems and its tables.
@Suite(.serialized) struct LayerTests {
  static let quick = ["--rounds", "2", "--batch-size", "1"]

  @Test func problemIsMeasuredInAllDirections() throws {
    let problem = "n1c16h8w8k16r3s3u1p1"
    let table = try table(["layer", problem] + Self.quick)
    #expect((table["title"] as? String)?.hasPrefix(problem) == true)
    let rows = try #require(table["rows"] as? [[Any]])
    let names = rows.map { "\($0[3])/\($0[4])" }
    for direction in ["forward", "input gradient", "filter gradient"] {
      for backend in ["winograd", "direct", "im2col"] { #expect(names.contains("\(direction)/\(backend)")) }
    }
    let columns = try #require(table["columns"] as? [String])
    let time = try #require(columns.firstIndex(of: "time [s]"))
    #expect(rows.allSatisfy { ($0[time] as? Double).map { $0 > 0 && $0 < 10 } == true })
  }

  /// Rows are sorted by time within each direction.
  @Test func layerOfAModelHasItsProblem() throws {
    let table = try table(["layer", "mobilenetv2:block17/project", "--backend", "direct"] + Self.quick)
    #expect((table["title"] as? String)?.hasPrefix("n1c960h7w7k320r1s1u1p0,") == true)
    #expect((table["rows"] as? [[Any]])?.count == 3)
  }

  @Test func whoDoesNotTakeItIsNamed() throws {
    let table = try table(["layer", "n1c8h8w8k8r3s3u2p1"] + Self.quick)
    let notes = try #require(table["notes"] as? [String])
    #expect(
      notes.contains { $0.hasPrefix("winograd is missing in 3 of 3, because: Winograd needs stride 1;") }, "\(notes)")
  }

  /// One thread more than there are cores gives a warning on every machine.
  @Test func circumstancesAreNotes() throws {
    let threads = capturedContext().machine.availableCores + 1
    let table = try table(["layer", "n1c4h6w6k4r3s3u1p1", "--threads", "\(threads)"] + Self.quick)
    let notes = try #require(table["notes"] as? [String])
    #expect(notes.contains { $0.hasPrefix("Warning: \(threads) threads share \(threads - 1) core") }, "\(notes)")
    if let core = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] {
      #expect(notes.contains { $0.hasPrefix("Warning: OPENBLAS_CORETYPE forces OpenBLAS to its \(core)") }, "\(notes)")
    }
  }

  @Test func listHasCommentsAndEndsInTheFastest() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/list.txt"
      // The file has line ends of both kinds.
      let text = "# two problems\r\nn1c4h6w6k4r3s3u1p1   # small\r\n\nalexnet:fc8\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let outcome = Outcome(["layer", "--batch-file", path, "--backend", "direct"] + Self.quick)
      #expect(outcome.status == 0, "\(outcome.err)")
      #expect(outcome.out.contains("2 problems") && outcome.out.contains("The fastest back end of each"))
      #expect(outcome.lines.count { $0.contains(" n1c4h6w6k4r3s3u1p1 ") } == 6)
      #expect(outcome.lines.count { $0.hasPrefix("alexnet:fc8 ") } == 6)
      #expect(outcome.err.contains("2 of 2: alexnet:fc8\n"))
    }
  }

  /// vgg16 has sixteen layers with weights, some of which have the same problem.
  @Test func setHasEachProblemOnce() throws {
    let problems = try LayerProblems.set("vgg16", batch: 3)
    #expect(problems.count == 12 && Set(problems.map(\.problem)).count == 12)
    #expect(problems.allSatisfy { $0.problem.batch == 3 && $0.name.hasPrefix("vgg16:") })
    // A later layer with the same problem still has its name.
    #expect(try LayerProblems.one("vgg16:conv5_3", batch: 1).name == "vgg16:conv5_3")
  }

  /// The first problem needs too much memory; the second one is measured all the same.
  @Test func problemThatFailsKeepsTheOthers() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/list.txt"
      try Data("n65536c1024h64w64k1r1\nn1c4h6w6k4r3s3u1p1\n".utf8).write(to: URL(fileURLWithPath: path))
      let outcome = Outcome(["layer", "--batch-file", path, "--backend", "direct"] + Self.quick)
      #expect(outcome.status == 1 && outcome.err.contains("Error: n65536c1024h64w64"), "\(outcome.err)")
      #expect(outcome.err.contains("Error: 1 of 2 problems failed"), "\(outcome.err)")
      #expect(outcome.out.contains("n1c4h6w6k4r3s3u1p1 ") && outcome.out.contains("The fastest back end of each"))
    }
  }

  @Test func refusals() throws {
    expectRefusal(
      ["layer"], status: 64, saying: "Give one of: a problem, --set MODEL, --onnx FILE or --batch-file FILE")
    expectRefusal(["layer", "vgg16:conv1_1", "--set", "vgg16"], status: 64, saying: "Give one of: ")
    expectRefusal(
      ["layer", "n1c4h6k4r3", "--format", "yaml"], status: 64, saying: "There is no format 'yaml'. Use one of: text")
    expectRefusal(["layer", "n1c4"], status: 64, saying: "'n1c4' is no convolution problem: ")
    expectRefusal(
      ["layer", "n1c2h3w3k2r3u16777216p1"], status: 64, saying: "its stride of 16777216 is above the limit of 1024")
    expectRefusal(
      ["layer", "n65536c1024h512w512k1024r3p1"], status: 64, saying: "are above the limit of 100000000000000, a quarter"
    )
    expectRefusal(
      ["layer", "vgg16:conv9"], status: 64, saying: "vgg16 has no layer 'conv9' with weights. Use one of: conv1_1")
    expectRefusal(["layer", "resnet:conv1"], status: 64, saying: "There is no model 'resnet'.")
    expectRefusal(["layer", "--set", "resnet"], status: 64, saying: "There is no model 'resnet'.")
    expectRefusal(["layer", "n1c4h6w6k4r3", "--backend", "cudnn"], status: 64, saying: "There is no back end 'cudnn'.")
    expectRefusal(
      ["layer", "n1c8h8w8k8r3s3u2p1", "--backend", "winograd"] + Self.quick, status: 1,
      saying: "Nothing was measured. Winograd")
    expectRefusal(["layer", "--batch-file", "/no/such/file"], status: 1, saying: "Cannot read /no/such/file")
    expectRefusal(
      ["layer", "n65536c1024h64w64k1r1", "--backend", "direct"], status: 1, saying: "MiB are available.")
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/list.txt"
      try Data("n1c4h6w6k4r3\nconv3\n".utf8).write(to: URL(fileURLWithPath: path))
      expectRefusal(["layer", "--batch-file", path], status: 64, saying: "list.txt, line 2: 'conv3' is no convolution")
      try Data("n1c4h6w6k4r3 name more\n".utf8).write(to: URL(fileURLWithPath: path))
      expectRefusal(["layer", "--batch-file", path], status: 64, saying: "line 1: 'more' is one word too many")
      try Data("n1c4h6w6k4r3 name*0\n".utf8).write(to: URL(fileURLWithPath: path))
      expectRefusal(["layer", "--batch-file", path], status: 64, saying: "The count of 'name*0' must be 1 to 1000000.")
      try Data("# nothing\n".utf8).write(to: URL(fileURLWithPath: path))
      expectRefusal(["layer", "--batch-file", path], status: 64, saying: "has no problem; write one on each line")
    }
  }

  private func table(_ arguments: [String]) throws -> [String: Any] {
    let outcome = Outcome(arguments + ["--format", "json"])
    #expect(outcome.status == 0, "\(outcome.err)")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any])
    return try #require((json["tables"] as? [[String: Any]])?.first)
  }
}
