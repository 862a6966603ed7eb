import ArgumentParser
import Convolution
import Measurement
import Networks
import Terms

/// Everything that `bench scale` can be asked for.
struct ScaleOptions: ParsableArguments {
  @Option(
    name: .customLong("threads"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Numbers of worker threads (default: 1, 2, 4 and so on, up to the cores that this process may use).",
      valueName: "n"))
  var threads: [Int] = []

  @Option(
    name: .customLong("batch-size"), parsing: .upToNextOption, help: ArgumentHelp("Images in a batch.", valueName: "n"))
  var batchSizes: [Int] = [1, 4, 16]

  @Option(
    help: ArgumentHelp("Height of the images, in the model's proportions (default: its own).", valueName: "pixels"))
  var imageSize: Int?

  @Option(
    name: .customLong("pass"),
    help: "What a step computes: forward, forward-backward or train; may be given more than once (default: forward).")
  var passes: [Pass] = [.forward]

  @Option(
    help: "Back end of the convolutions: auto or a name from `bench list`.",
    completion: .list([BackendChoice.automatic] + Backends.all.map(\.name)))
  var backend = BackendChoice.automatic

  @Option(help: "Instruction set of the kernels: baseline, avx2 or avx512 (default: the best that is there).")
  var isa: InstructionSet?

  @Option(help: "Rounds: each times one step of every combination.")
  var rounds = 30

  @Option(help: ArgumentHelp("Stop a pass after so many seconds, but never before ten rounds.", valueName: "seconds"))
  var maxTime = 120.0

  @OptionGroup var format: FormatOption

  @Option(help: ArgumentHelp("Where the result goes (default: a new file in results/runs).", valueName: "file.json"))
  var output: String?

  func validate() throws {
    try checkOnce(passes)
    for count in threads { try checkThreads(count) }
    for batch in batchSizes { try checked(batchSize: batch) }
    for (option, values) in [("--threads", threads), ("--batch-size", batchSizes)]
    where Set(values).count < values.count {
      throw ValidationError("\(option) has a number twice; give each once.")
    }
    try checkCount("--rounds", rounds)
    try checkMaxTime(maxTime)
    try MachineOptions.check(isa)
    do { _ = try BackendChoice(backend) } catch { throw ValidationError(error.description) }
  }

  /// The numbers of threads in rising order: those that were asked for, or the powers of two and all cores.
  var threadCounts: [Int] {
    guard threads.isEmpty else { return threads.sorted() }
    let available = AvailableCores.count()
    return Array(sequence(first: 1) { 2 * $0 < available ? 2 * $0 : nil }) + (available > 1 ? [available] : [])
  }

  var plan: MeasurementPlan { MeasurementPlan(burnIn: 2, batches: rounds, maxTime: maxTime) }
}
