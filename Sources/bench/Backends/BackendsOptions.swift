import Analysis
import ArgumentParser
import Convolution
import Measurement
import Networks
import Terms

/// Everything that `bench backends` can be asked for.
struct BackendsOptions: ParsableArguments {
  @Option(
    name: .customLong("backend"),
    help: "auto or a name from `bench list`; may be given more than once (default: all that are worth the time).",
    completion: .list([BackendChoice.automatic] + Backends.all.map(\.name)))
  var backends: [String] = []

  @Option(help: ArgumentHelp("Whom all are compared with (default: im2col).", valueName: "back end"))
  var reference: String?

  @Option(
    name: .customLong("pass"),
    help: "What a step computes: forward, forward-backward or train; may be given more than once.")
  var passes: [Pass] = [.forward, .forwardBackward]

  @Option(help: "Images in a batch.")
  var batchSize = 16

  @Option(help: "Rounds: each times one step of every back end.")
  var rounds = 30

  @Option(help: ArgumentHelp("Stop a pass after so many seconds, but never before ten rounds.", valueName: "seconds"))
  var maxTime = 120.0

  @OptionGroup var machine: MachineOptions

  @Option(help: ArgumentHelp("Side of the square images (default: the model's own).", valueName: "pixels"))
  var imageSize: Int?

  @Flag(help: "Time each layer, and print which back end wins which.")
  var layers = false

  @OptionGroup var format: FormatOption

  @Option(help: ArgumentHelp("Where the result goes (default: a new file in results/runs).", valueName: "file.json"))
  var output: String?

  var plan: MeasurementPlan { MeasurementPlan(burnIn: 2, batches: rounds, maxTime: maxTime) }

  func check() throws {
    _ = try checked(batchSize: batchSize)
    try checkTurns(rounds: rounds, maxTime: maxTime)
    try checkOnce(passes)
    guard Set(backends).count == backends.count else {
      throw Failure.usage("A back end takes part only once; leave out the repeated --backend.")
    }
    for name in backends + (reference.map { [$0] } ?? []) {
      do { _ = try BackendChoice(name) } catch { throw Failure.usage(error.description) }
    }
    try checkTakesPart(reference, in: backends)
  }
}

/// Refuses a reference that is not among the back ends that were asked for; no such list means all.
func checkTakesPart(_ reference: String?, in backends: [String]) throws {
  guard let reference, !backends.isEmpty, !backends.contains(reference) else { return }
  throw Failure.usage("The reference '\(reference)' does not take part; add --backend \(reference).")
}

/// Refuses what cannot be measured in turns.
func checkTurns(rounds: Int, maxTime: Double) throws {
  guard (1...1_000_000).contains(rounds) else {
    throw Failure.usage("--rounds \(rounds) makes no sense; use 1 to 1000000.")
  }
  guard maxTime > 0, maxTime.isFinite else {
    throw Failure.usage("--max-time \(maxTime) makes no sense; use a number of seconds above 0.")
  }
}
