import Foundation
import Networks
import Testing

/// A line such as `$ bench list   # models` of a console block, and how it is made small enough for a test.
struct DocumentedCommand: CustomTestStringConvertible, Sendable {
  let document: String
  /// Without the prompt and the comment.
  let text: String
  /// What the comment says of the exit code, besides 0.
  let statedStatus: Int32?

  var testDescription: String { "\(document): \(text)" }

  /// Every command of the README and of the articles, once where several have the same.
  static let all: [DocumentedCommand] = {
    var seen = Set<String>()
    return ([Document.readme] + Document.articles).flatMap { document in
      document.blocks(of: "console").compactMap { DocumentedCommand($0, in: document.path) }
    }.filter { seen.insert($0.text).inserted }
  }()

  /// Nil for a line that is no command, such as a part of the output.
  init?(_ line: String, in document: String) {
    guard let match = line.wholeMatch(of: /\$ (.+?)(?: +# (.*))?/) else { return nil }
    self.document = document
    text = String(match.1)
    statedStatus = match.2?.firstMatch(of: /exit code (\d+)/).flatMap { Int32($0.1) }
  }

  /// Variables that stand before the program, as `NAME=value`.
  var environment: [String] { text.split(separator: " ").prefix { $0.contains("=") }.map(String.init) }

  var words: [String] { text.split(separator: " ").map(String.init).dropFirst(environment.count).map(\.self) }

  /// The arguments of `bench`; nil for another program.
  var arguments: [String]? {
    switch (words[0], words.prefix(3)) {
    case ("bench", _), ("scripts/bench", _): Array(words.dropFirst())
    case (_, ["swift", "run", "bench"]): Array(words.dropFirst(3))
    default: nil
    }
  }

  // MARK: Small input

  /// Options that decide how long a command takes, by subcommand, with the value that a test gives them. A subcommand
  /// without any takes little time as it is; one that is missing here has not been thought about.
  private static let smallOptions: [String: [(option: String, value: String?)]] = [
    // The kernels of such small images are verified by other tests.
    "run": [("--batch-size", "1"), ("--num-batches", "2"), ("--burn-in", "1"), ("--no-verify", nil)],
    "backends": [("--batch-size", "1"), ("--image-size", "32"), ("--rounds", "2")],
    "tune": [("--batch-size", "1"), ("--image-size", "32"), ("--threads", "1"), ("--max-time", "1")],
    "scale": [("--batch-size", "1"), ("--image-size", "32"), ("--threads", "1"), ("--rounds", "2")],
    "layer": [("--batch-size", "1"), ("--rounds", "1")],
    "profile": [("--batch-size", "1"), ("--image-size", "63"), ("--num-batches", "2"), ("--no-verify", nil)],
    // `steady` answers the workers' protocol with made-up durations: a gate of whole networks takes minutes.
    "gate": [("--head", "./steady")], "check-backend": [("--count", "1")],
    // Two images are enough to go on with; a test's own directory has no others.
    "train": [("--batch-size", "2"), ("--steps", "2"), ("--queue", "4"), ("--threads", "1"), ("--no-verify", nil)],
    "evaluate": [("--threads", "1")],
    "baseline": [], "compare": [], "describe": [], "doctor": [], "flamegraph": [], "history": [], "list": [],
    "report": [], "verify": [], "machine": [("--threads", "1")],
  ]

  /// Subjects that another one stands in for, because verifying their kernels takes up to a minute.
  private static let smallSubjects: [String: [String: String]] = [
    "backends": ["vgg16": "mobilenetv2"], "tune": ["vgg16": "mobilenetv2"], "scale": ["vgg16": "mobilenetv2"],
    "layer": [
      "vgg16:conv3_2": "mobilenetv2:block17/project", "n16c64h56w56k64r3s3u1p1": "n1c8h8w8k8r3s3u1p1",
    ],
  ]

  /// The smallest images of the networks that take none of 32 pixels.
  private static let smallestImages = ["alexnet": "63", "alexnet-owt": "63", "overfeat": "71"]

  /// The arguments for a test; nil where nobody has said how to make the subcommand small.
  func smallArguments(_ arguments: [String]) -> [String]? {
    let subcommand = Self.smallOptions[arguments[0]] == nil ? "run" : arguments[0]
    guard subcommand != "run" || Self.models.contains(arguments[0]) || arguments[0] == "run" else { return nil }
    var small = arguments.map { Self.smallSubjects[subcommand]?[$0] ?? $0 }
    var options = Self.smallOptions[subcommand] ?? []
    if subcommand == "run", let model = arguments.first(where: Self.models.contains) {
      options.append(("--image-size", Self.smallestImages[model] ?? "32"))
    }
    for (option, value) in options {
      if let index = small.firstIndex(of: option), let value {
        small[index + 1] = value
      } else {
        small += [option] + (value.map { [$0] } ?? [])
      }
    }
    return small
  }

  private static let models = Set(Zoo.all.map(\.name))

  /// The files that the command says it writes.
  var writtenFiles: [String] {
    zip(words, words.dropFirst()).filter { ["--html", "--output", "--cpu-profile", "--trace"].contains($0.0) }.map(\.1)
  }

  // MARK: Other programs

  /// Commands that no test can run, and why.
  static let notRun = [
    "scripts/test": "it runs this test",
    "scripts/test-mpi": "it builds everything once more",
    "scripts/install-header": "the tests of shared libraries run it",
    "scripts/publish": "it measures six networks for half an hour",
    "scripts/ratios": "it measures for minutes",
    "scripts/compare-peers": "it measures other frameworks, which are large",
    "scripts/peers/setup.sh": "it installs 4 GB of other frameworks",
    "chromium": "it is another project's program and may be missing",
    "google-pprof": "it is another project's program and may be missing",
  ]
}
