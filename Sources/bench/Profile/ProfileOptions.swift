import ArgumentParser
import Measurement
import Networks
import Terms

/// Everything that `bench profile` can be asked for.
struct ProfileOptions: ParsableArguments {
  @OptionGroup(title: "What is profiled") var work: Work
  @OptionGroup(title: "How long") var length: Length
  @OptionGroup(title: "How it is computed") var compute: ComputeOptions
  @OptionGroup(title: "How it is computed") var plans: PlanOption
  @OptionGroup(title: "Output") var results: Output

  func validate() throws { try plans.check(compute) }

  struct Work: ParsableArguments {
    @Option(
      name: .customLong("pass"),
      help: "What a step computes: forward, forward-backward or train; may be given more than once.")
    var passes: [Pass] = [.forwardBackward]

    @OptionGroup var batch: BatchOptions

    @Option(help: "Seed of weights, images and dropout.")
    var seed: UInt64 = 1

    func validate() throws {
      try checkOnce(passes)
    }
  }

  struct Length: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Profiled steps, exactly so many, with a plain one beside each (default: as many as --max-time allows, up to "
          + "30).", valueName: "n"))
    var numBatches: Int?

    @Option(
      help: ArgumentHelp(
        "End a pass after so many seconds, but not before ten profiled steps (default: 45; none with --num-batches).",
        valueName: "seconds"))
    var maxTime: Double?

    @OptionGroup var grace: GraceOption

    func validate() throws {
      if let numBatches { try checkCount("--num-batches", numBatches, in: 1...100_000) }
      if let maxTime { try checkMaxTime(maxTime) }
    }

    static let (usualMaxTime, usualSteps) = (45.0, 30)

    var plan: MeasurementPlan {
      MeasurementPlan(
        burnIn: 5, fewestBurnIn: MeasurementPlan.shortestBurnIn, batches: numBatches ?? Self.usualSteps,
        maxTime: maxTime ?? (numBatches == nil ? Self.usualMaxTime : nil))
    }
  }

  struct Output: ParsableArguments {
    @OptionGroup var format: FormatOption

    @Option(
      help: ArgumentHelp("Where the profile goes (default: a new file in results/profiles).", valueName: "file.json"))
    var output: String?

    @Option(
      help: ArgumentHelp(
        "Write the steps as a trace that ui.perfetto.dev, chrome://tracing and speedscope open.",
        valueName: "trace.json"))
    var trace: String?

    @Flag(help: "Do not compare the kernels with the reference first; the profile says so.")
    var noVerify = false

    func validate() throws {
      guard let trace, trace == output else { return }
      throw ValidationError("--trace and --output name the same file, \(trace); give each its own.")
    }
  }
}
