import ArgumentParser
import Testing

@testable import bench

@Suite struct HelpTests {
  static let commands = Bench.configuration.subcommands
    .filter { $0.configuration.shouldDisplay }.map { $0._commandName }

  /// Both ways to ask for it give the same, with an example that begins with the command.
  @Test(arguments: commands)
  func everyCommandHasExamples(_ name: String) {
    let outcome = Outcome([name, "--help"])
    #expect(outcome.status == 0 && outcome.err == "")
    #expect(outcome.out.contains("\nbench \(name)") || name == "run", "\(outcome.out)")
    #expect(Outcome(["help", name]).out == outcome.out)
  }

  /// A person reads about twelve options; `run` has grown before this rule.
  @Test(arguments: commands.filter { $0 != "run" })
  func noCommandHasTooManyOptions(_ name: String) {
    let options = Outcome([name, "--help"]).lines.count { $0.hasPrefix("  --") }
    #expect(options <= 14, "\(name) has \(options)")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsKnowCommandsAndModels(_ shell: String) {
    let outcome = Outcome(["--generate-completion-script", shell])
    #expect(outcome.status == 0 && outcome.err == "")
    for word in Self.commands + ["mobilenetv2", "im2col"] { #expect(outcome.out.contains(word), "\(word)") }
  }
}
