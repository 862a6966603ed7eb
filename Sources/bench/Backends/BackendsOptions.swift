import Analysis
import ArgumentParser
import Convolution
import Measurement
import Networks
import Terms

/// Everything that `bench backends` can be asked for.
struct BackendsOptions: ParsableArguments {
  @OptionGroup(title: "What is compared") var selection: Selection
  @OptionGroup(title: "How long") var length: Length
  @OptionGroup(title: "On what it runs") var machine: MachineOptions
  @OptionGroup(title: "Output") var output: Output

  struct Selection: ParsableArguments {
    @Option(
      name: .customLong("backend"),
      help: """
        auto, a name from `bench list` or a shared library such as ./libmine.so; may be given more than once (default: all \
        that are worth the time).
        """,
      completion: .list([BackendChoice.automatic] + Backends.all.map(\.name)))
    var backends: [String] = []

    @OptionGroup var plan: PlanOption

    @Option(help: ArgumentHelp("The back end that others are compared with (default: im2col).", valueName: "back end"))
    var baseline: String?

    @Option(
      name: .customLong("pass"),
      help: "What a step computes: forward, forward-backward or train; may be given more than once.")
    var passes: [Pass] = [.forward, .forwardBackward]

    @OptionGroup var batch: BatchOptions

    func validate() throws {
      try checkOnce(passes)
      guard Set(backends).count == backends.count else {
        throw ValidationError("A back end takes part only once; leave out the repeated --backend.")
      }
      // Names of shared libraries' back ends are known when these are loaded.
      guard backends.allSatisfy({ PluginReference($0) == nil }) else { return }
      try checkNames(Plugins())
      try checkTakesPart(baseline, in: backends, besides: takesPlan)
    }

    /// The name under which a plan takes part, where there is one.
    private var takesPlan: [String] { plan.plan == nil ? [] : [BackendChoice.planned] }

    private func checkNames(_ plugins: Plugins) throws {
      for name in backends + (baseline.map { [$0] } ?? [])
      where PluginReference(name) == nil && !takesPlan.contains(name) {
        do { _ = try BackendChoice(name, others: plugins.backends) } catch { throw ValidationError(error.description) }
      }
    }

    /// Loads the libraries that are named.
    /// - Returns: the names of all back ends that were asked for
    func names(loading plugins: Plugins, in context: ExecutionContext, _ console: Console) throws -> [String] {
      try plugins.names(backends, baseline: baseline, besides: takesPlan, in: context, console) {
        try checkNames(plugins)
      }
    }
  }

  struct Length: ParsableArguments {
    @Option(help: "Rounds: each times one step of every back end.")
    var rounds = 30

    @Option(
      help: ArgumentHelp("Stop a pass after so many seconds, but never before ten rounds.", valueName: "seconds"))
    var maxTime = 120.0

    @OptionGroup var grace: GraceOption

    func validate() throws {
      try checkCount("--rounds", rounds)
      try checkMaxTime(maxTime)
    }
  }

  struct Output: ParsableArguments {
    @Flag(help: "Time each layer, and print the fastest back end of each.")
    var layers = false

    @OptionGroup var format: FormatOption

    @Option(help: ArgumentHelp("Where the result goes (default: a new file in results/runs).", valueName: "file.json"))
    var output: String?
  }

  var backends: [String] { selection.backends }
  var passes: [Pass] { selection.passes }
  var batchSize: Int { selection.batch.batchSize }
  var layers: Bool { output.layers }
  var baselineName: String { selection.baseline ?? BackendComparison.defaultBaseline }
  var plan: MeasurementPlan { MeasurementPlan(burnIn: 2, batches: length.rounds, maxTime: length.maxTime) }
}

extension Plugins {
  /// Loads the libraries among `asked`, then checks all names.
  /// - Returns: the names of all back ends that were asked for
  func names(
    _ asked: [String], baseline: String?, besides others: [String] = [], in context: ExecutionContext,
    _ console: Console, check: () throws -> Void
  ) throws -> [String] {
    let names = try load(asked, in: context, console)
    guard !isEmpty else { return names }
    do {
      try check()
      try checkTakesPart(baseline, in: names, besides: others)
    } catch let error as ValidationError { throw Failure.usage("\(error)") }
    return names
  }
}

/// Refuses a baseline that is not among the back ends that were asked for; no such list means all.
func checkTakesPart(_ baseline: String?, in backends: [String], besides others: [String] = []) throws {
  guard let baseline, !backends.isEmpty, !(backends + others).contains(baseline) else { return }
  throw ValidationError("The baseline '\(baseline)' does not take part; add --backend \(baseline).")
}
