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

  /// Both ways to ask for it give the same, with an example that begins with the command.
  @Test(arguments: commands)
  func everyCommandHasExamples(_ words: [String]) {
    let outcome = Outcome(words + ["--help"])
    #expect(outcome.status == 0 && outcome.err == "")
    #expect(outcome.out.contains("\nbench \(words.joined(separator: " "))") || words == ["run"], "\(outcome.out)")
    #expect(Outcome(["help"] + words).out == outcome.out)
  }

  /// A person reads about twelve options; `run` has grown before this rule.
  @Test(arguments: commands.filter { $0 != ["run"] })
  func noCommandHasTooManyOptions(_ words: [String]) {
    let options = Outcome(words + ["--help"]).lines.count { $0.hasPrefix("  --") }
    #expect(options <= 14, "\(words) has \(options)")
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
