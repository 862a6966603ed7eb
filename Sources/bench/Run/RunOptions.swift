import ArgumentParser
import Communication
import Measurement
import Networks
import Terms

/// Everything that `bench run` can be asked for.
struct RunOptions: ParsableArguments {
  @OptionGroup(title: "What is measured") var work: Work
  @OptionGroup(title: "How long") var length: Length
  @OptionGroup(title: "How it is computed") var compute: ComputeOptions
  @OptionGroup(title: "How it is computed") var plans: PlanOption
  @OptionGroup(title: "On many processes") var ranks: RankOptions
  @OptionGroup(title: "Output") var results: Output

  func validate() throws { try plans.check(compute) }

  struct Work: ParsableArguments {
    @Option(
      name: .customLong("pass"),
      help: "What a step computes: forward, forward-backward or train; may be given more than once.")
    var passes: [Pass] = [.forward, .forwardBackward]

    @OptionGroup var batch: BatchOptions

    @Option(
      help: ArgumentHelp("Images instead of random ones: float32, [N, height, width, channels].", valueName: "file.npy")
    )
    var input: String?

    @Option(help: "Seed of weights, images and dropout.")
    var seed: UInt64 = 1

    func validate() throws {
      try checkOnce(passes)
    }
  }

  struct Length: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Timed batches, exactly so many (default: as many as --max-time allows, up to 100).", valueName: "n"))
    var numBatches: Int?

    @Option(
      help: ArgumentHelp(
        "Steps before the first timed one, exactly so many (default: 10, fewer where --max-time is short).",
        valueName: "n"))
    var burnIn: Int?

    @Option(
      help: ArgumentHelp(
        "End a pass after so many seconds, but not before the ten timed batches that the interval of the median needs "
          + "(default: 45; none with --num-batches).", valueName: "seconds"))
    var maxTime: Double?

    @OptionGroup var grace: GraceOption

    @Option(help: "Arithmetic of the classic lines: classic or classic-2015.")
    var `protocol`: TimingProtocol = .classic

    func validate() throws {
      if let numBatches { try checkCount("--num-batches", numBatches) }
      if let burnIn { try checkCount("--burn-in", burnIn, in: 0...1_000_000) }
      if let maxTime { try checkMaxTime(maxTime) }
    }

    /// A limit in seconds with which both passes of vgg16 at batch 16 and their checks end within three minutes at
    /// 200 GFLOP/s.
    static let usualMaxTime = 45.0
    static let (usualBurnIn, mostBatches) = (10, 100)

    /// What is asked for is exact; what is not is fitted to the time.
    var plan: MeasurementPlan {
      let limit = maxTime ?? (numBatches == nil ? Self.usualMaxTime : nil)
      let isExact = burnIn != nil || numBatches != nil
      return MeasurementPlan(
        burnIn: burnIn ?? Self.usualBurnIn, fewestBurnIn: isExact ? nil : MeasurementPlan.shortestBurnIn,
        batches: numBatches ?? Self.mostBatches, maxTime: limit)
    }
  }

  struct Output: ParsableArguments {
    @Option(help: "What to print: text or json.")
    var format: RunFormat = .text

    @Option(help: ArgumentHelp("Where the result goes (default: a new file in results/runs).", valueName: "file.json"))
    var output: String?

    @Flag(help: "Print the time of each layer.")
    var layers = false

    @Option(
      help: ArgumentHelp("Write a CPU profile of the timed steps, for `bench flamegraph`.", valueName: "file.prof"))
    var cpuProfile: String?

    @Option(
      help: ArgumentHelp(
        "Write a heap profile of each pass to PREFIX.0001.heap and so on; needs LD_PRELOAD=libtcmalloc.so.4.",
        valueName: "prefix"))
    var heapProfile: String?

    @Flag(help: "Do not compare the kernels with the reference first; the result says so.")
    var noVerify = false
  }

  var plan: MeasurementPlan { length.plan }

  /// Refuses what has no meaning for the processes that there are.
  /// - Throws: `Failure`
  func check(among ranks: Ranks?) throws {
    try self.ranks.check(among: ranks)
    guard ranks != nil else { return }
    guard work.passes == [.train] else {
      throw Failure.usage(
        "Ranks average the gradients of training steps; run them with --pass train and no other pass.")
    }
    let alone = [
      results.layers ? "--layers" : nil, results.cpuProfile.map { _ in "--cpu-profile" },
      results.heapProfile.map { _ in "--heap-profile" },
    ].compactMap(\.self)
    if let option = alone.first { throw Failure.usage("\(option) looks into one process; leave it out under mpirun.") }
  }
}

/// What `bench run` prints.
enum RunFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}
