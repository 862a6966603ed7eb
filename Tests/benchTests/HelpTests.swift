import ArgumentParser
import Testing

@testable import bench

@Suite struct HelpTests {
  /// The words of each command, such as `baseline` and `baseline save`.
  static let commands = commands(below: Bench.self)

  private static func commands(below command: any ParsableCommand.Type) -> [[String]] {
    command.configuration.subcommands.filter { $0.configuration.shouldDisplay }.flatMap { sub in
      [[sub._commandName]] + commands(below: sub).map { [sub._commandName] + $0 }
    }
  }

  @Test func commandsBelowOthersAreFound() { #expect(Self.commands.contains(["baseline", "save"])) }

  /// Both ways to ask for help give the same text, with an example that begins with the command.
  @Test(arguments: commands)
  func everyCommandHasExamples(_ words: [String]) {
    let outcome = Outcome(words + ["--help"])
    #expect(outcome.status == 0 && outcome.err == "")
    #expect(outcome.out.contains("\nbench \(words.joined(separator: " "))") || words == ["run"], "\(outcome.out)")
    #expect(Outcome(["help"] + words).out == outcome.out)
  }

  /// A person reads about twelve options; `run`, `profile` and `train` have more, in groups of at most seven.
  @Test(arguments: commands)
  func noCommandHasTooManyOptions(_ words: [String]) {
    let sections = Outcome(words + ["--help"]).out.components(separatedBy: "\n\n")
    let counts = sections.map { section in section.split(separator: "\n").count { $0.hasPrefix("  --") } }
    let most = [["run"]: 23, ["profile"]: 16, ["train"]: 22, ["gate"]: 15, ["scale"]: 15][words] ?? 14
    #expect(counts.reduce(0, +) <= most, "\(words) has \(counts)")
    if most > 15 { #expect(counts.allSatisfy { $0 <= 7 }, "\(words) has \(counts)") }
    if words == ["run"] { #expect(counts.count { $0 > 2 } == 4, "\(counts)") }
  }

  /// The first lines of the help say what to type first.
  @Test func helpBeginsWithTheFirstCommand() throws {
    let lines = Outcome(["--help"]).out.split(separator: "\n", omittingEmptySubsequences: false)
    let first = try #require(lines.firstIndex { $0.contains("bench vgg16 ") })
    #expect(first < 5, "\(lines)")
    #expect(Outcome(["list"]).out.contains("Next: bench vgg16 "))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsKnowCommandsAndModels(_ shell: String) {
    let outcome = Outcome(["--generate-completion-script", shell])
    #expect(outcome.status == 0 && outcome.err == "")
    for word in Self.commands.flatMap(\.self) + ["mobilenetv2", "im2col"] {
      #expect(outcome.out.contains(word), "\(word)")
    }
  }
}
