import ArgumentParser
import Networks
import Results
import Terms

/// Everything that `bench tune` can be asked for.
struct TuneOptions: ParsableArguments {
  @Option(
    name: .customLong("pass"),
    help: "What a step computes: forward, forward-backward or train; may be given more than once.")
  var passes: [Pass] = [.forward, .forwardBackward]

  @OptionGroup var batch: BatchOptions

  @Flag(help: "Allow convolutions by the definition only, without Winograd's rounding.")
  var exact = false

  @Option(help: ArgumentHelp("Allow no plan with a larger workspace.", valueName: "MiB"))
  var maxWorkspace: Int?

  @Option(
    help: ArgumentHelp(
      "The time of a pass, not counting the checks; at least ten rounds are measured.", valueName: "seconds"))
  var maxTime = 120.0

  @OptionGroup var machine: MachineOptions

  @Option(
    help: ArgumentHelp("Write the plan here, for `bench run --plan`.", valueName: "plan.json"),
    completion: .file(extensions: ["json"]))
  var output: String?

  @Flag(help: "Keep the plan in the cache directory, for `bench run --plan saved`.")
  var save = false

  @OptionGroup var format: FormatOption

  func validate() throws {
    try checkOnce(passes)
    try checkMaxTime(maxTime)
    if let maxWorkspace { try checkCount("--max-workspace", maxWorkspace, in: 0...1_000_000) }
  }
}
