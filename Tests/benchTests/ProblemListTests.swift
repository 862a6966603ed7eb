import Foundation
import TestSupport
import Testing

@testable import bench

/// `bench layer --batch-file` and the formats that it reads.
@Suite struct ProblemListTests {
  /// What `--format problems` prints of a file.
  private func listed(_ text: String, also others: [String: String] = [:]) throws -> Outcome {
    try withDirectory { (directory: String) throws in
      for (name, text) in others.merging(["list": text], uniquingKeysWith: { first, _ in first }) {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
      }
      return Outcome(["layer", "--batch-file", "\(directory)/list", "--format", "problems"])
    }
  }

  // MARK: Our own

  @Test func ownListsHaveNamesAndCounts() throws {
    let text = "n1c3h8k4r3 stem*2 # comment\nalexnet:fc8 last\nn1c3h8k4r3p1#comment\nn1c3h8k4r3 stem*2\n"
    let outcome = try listed(text)
    #expect(
      outcome.lines.prefix(3) == [
        "n1c3h8w8k4r3s3u1p0 stem*2", "n16c4096h1w1k1000r1s1u1p0 last", "n1c3h8w8k4r3s3u1p1",
      ])
    #expect(try listed(outcome.out).out == outcome.out)
  }

  @Test func setsHaveCounts() throws {
    let outcome = Outcome(["layer", "--set", "vgg16", "--batch-size", "1", "--format", "problems"])
    #expect(outcome.lines.contains("n1c512h14w14k512r3s3u1p1 vgg16:conv5_1*3"), "\(outcome.out)")
  }

  // MARK: benchdnn's

  @Test func benchdnnOptionsHoldUntilTheNext() throws {
    let list = """
      # the first word decides
      --reset --dir=FWD_B,BWD_D
      --mb=4
      mb2ic3ih9oc4kh3n"a*2"
      --dir=BWD_WB --mb=0,1
      mb2ic3ih9oc4kh3n"a*2"  ic3ih9oc5kh3
      --reset
      ic3ih9oc6kh3
      """
    try withDirectory { (directory: String) throws in
      try Data(list.utf8).write(to: URL(fileURLWithPath: "\(directory)/list"))
      let read = try ProblemList.read("\(directory)/list", batch: 7)
      #expect(
        read.problems.map { "\($0.problem) \($0.name) \($0.count) \($0.directions.map(\.rawValue))" } == [
          "n4c3h9w9k4r3s3u1p0 a 2 [\"forward\", \"input_gradient\"]",
          "n2c3h9w9k4r3s3u1p0 a 2 [\"filter_gradient\"]", "n1c3h9w9k4r3s3u1p0 a 2 [\"filter_gradient\"]",
          "n2c3h9w9k5r3s3u1p0 n2c3h9w9k5r3s3u1p0 1 [\"filter_gradient\"]",
          "n1c3h9w9k5r3s3u1p0 n1c3h9w9k5r3s3u1p0 1 [\"filter_gradient\"]",
          "n2c3h9w9k6r3s3u1p0 n2c3h9w9k6r3s3u1p0 1 [\"forward\", \"input_gradient\", \"filter_gradient\"]",
        ])
    }
  }

  /// A file that is read again under other options adds directions, not problems.
  @Test func benchdnnFilesNameOthers() throws {
    let list = "--dir=FWD_D\n--batch=shapes\n--dir=BWD_D --batch=shapes\n"
    let outcome = try listed(list, also: ["shapes": "ic3ih9oc4kh3n\"a\"\n--dt=bf16 ic3id2ih9oc4kh3\n"])
    #expect(outcome.status == 0 && outcome.lines.prefix(1) == ["n2c3h9w9k4r3s3u1p0 a"], "\(outcome.out)\(outcome.err)")
    #expect(outcome.err.components(separatedBy: "shapes, line 2: ic3id2ih9oc4kh3 is left out").count == 2)
    #expect(outcome.err.contains("shapes, line 2: --dt is ignored, and 1 more time."), "\(outcome.err)")
    #expect(outcome.err.contains("Lists of ours have no directions"))
  }

  @Test func benchdnnIgnoresWithANote() throws {
    let outcome = try listed("--stag=axb \\\n,any --dt=f32 --skip-impl=ref\n--alg=WINO ic3ih9oc4kh3\n")
    #expect(outcome.status == 0, "\(outcome.err)")
    for option in ["line 1: --stag", "line 2: --skip-impl", "line 3: --alg"] {
      #expect(outcome.err.contains("\(option) is ignored."), "\(outcome.err)")
    }
    #expect(!outcome.err.contains("--dt"))
  }

  @Test func benchdnnRefusals() throws {
    let refusals = [
      ("--dir=SIDEWAYS\nic3ih9oc4kh3", "line 1: There is no direction 'SIDEWAYS'; use FWD_B"),
      ("--dir=\nic3ih9oc4kh3", "line 1: --dir needs a value"), ("--mb=-1\nic3ih9oc4kh3", "needs batch sizes of 0"),
      ("--mb=x", "needs batch sizes"), ("ic3ih9oc4kh3\nic3ih9", "line 2: 'ic3ih9' is no problem of benchdnn: 'kh'"),
      ("--deconv\nic3ih9oc4kh3", "it is a problem of --deconv, not of --conv"), ("--dir=FWD_B", "has no problem;"),
      ("--batch=list", "leads back to"), ("--batch=missing", "missing (No such file or directory)"),
      ("ic3id9ih9oc4kd3kh3", "has no problem that can be taken: "),
    ]
    for (text, reason) in refusals {
      let outcome = try listed(text)
      #expect(outcome.status != 0 && outcome.out == "" && outcome.err.contains(reason), "\(text): \(outcome.err)")
    }
  }

  // MARK: DeepBench's

  @Test func deepBenchLists() throws {
    let source = """
      // std::make_tuple(1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1) is w, h, c, n, k, ...
      std::vector<std::tuple<int, int>> first_set = {
          std::make_tuple(9, 7, 3, 2, 4, 5, 3, 2, 1, 3, 2), /* two
          lines */ std::make_tuple(6, 6,
            4, 1, 8, 1, 1, 0, 0, 1, 1),
          std::make_tuple(6, 6, 4),
      };
      std::vector<std::tuple<int, int>> second = { std::make_tuple(6, 6, 4, 1, 8, 1, 1, 0, 0, 1, 1) };
      """
    let outcome = try listed(source)
    #expect(outcome.status == 0, "\(outcome.err)")
    #expect(
      outcome.out == """
        n2c3h7w9k4r3s5u2v3p1q2 first_set:1
        n1c4h6w6k8r1s1u1p0 first_set:2
        n1c4h6w6k8r1s1u1p0 second:1

        """)
    #expect(outcome.err.contains("list, line 6: the problem is left out: a convolution has 11 numbers"))
    #expect(outcome.err.contains("and this has 3."))
    // The same as text, in both manners of separating.
    let rows = try listed("9, 7, 3, 2, 4, 5, 3, 2, 1, 3, 2\n6 6 4 1 8 1 1 0 0 1 1 # comment\n6 6 4 1 8 9 1 0 0 1 1\n")
    #expect(rows.out == "n2c3h7w9k4r3s5u2v3p1q2\nn1c4h6w6k8r1s1u1p0\n", "\(rows.err)")
    #expect(rows.err.contains("line 3: the problem is left out: the kernel is larger than the padded image"))
    for text in ["1 2 3\n", "std::make_tuple()", "9999999999999999999999 1 1 1 1 1 1 0 0 1 1"] {
      let refused = try listed(text)
      #expect(refused.status == 64 && refused.err.contains("has no problem that can be taken"), "\(refused.err)")
    }
  }

  // MARK: Measuring

  /// Directions that a list names are measured alone; the count is a column.
  @Test func listOfBenchdnnIsMeasured() throws {
    try withDirectory { (directory: String) throws in
      let list =
        "--dir=FWD_B\nmb1ic4ih6oc4kh3ph1n\"conv2*3\"\n--dir=BWD_D\nmb1ic4ih6oc4kh3ph1n\"conv3\"\nmb1ic4id2ih6oc4kh3\n"
      try Data(list.utf8).write(to: URL(fileURLWithPath: "\(directory)/list"))
      let outcome = Outcome(
        ["layer", "--batch-file", "\(directory)/list", "--backend", "direct", "--format", "csv", "--rounds", "2"])
      #expect(outcome.status == 0, "\(outcome.err)")
      let rows = outcome.out.split(whereSeparator: \.isNewline)
      #expect(rows.contains { $0.hasPrefix("conv2,n1c4h6w6k4r3s3u1p1,3,forward,direct,") }, "\(outcome.out)")
      #expect(rows.count { $0.contains(",direct,") } == 2)
      #expect(outcome.err.contains("line 5: mb1ic4id2ih6oc4kh3 is left out: it is a 3-D convolution (id2)."))
    }
  }
}
