import Analysis
import ArgumentParser
import Convolution
import Measurement
import Networks
import Terms

/// `bench layer <problem>`: measures single convolutions in all directions on all back ends.
struct LayerCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "layer",
    abstract: "Compare the back ends on single convolutions, in all three directions.",
    discussion: """
      bench layer n16c64h56w56k64r3s3u1p1
      bench layer vgg16:conv3_2 --batch-size 4
      bench layer --set alexnet --backend winograd --backend im2col
      bench layer --batch-file problems.txt --format csv

      A problem is written as in reports: batch n, groups g, input c h w, output channels k, kernel r s, stride u v,
      padding p q. A batch file has one a line, or model:layer; # begins a comment.
      """)

  @Argument(help: "A problem such as n16c64h56w56k64r3s3u1p1, or a layer such as vgg16:conv3_2.")
  var problem: String?

  @Option(help: ArgumentHelp("A list of problems, one a line.", valueName: "file"), completion: .file())
  var batchFile: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("All layers with weights of a model, each problem once.", valueName: "model"),
    completion: .list(Zoo.all.map(\.name)))
  var model: String?

  @Option(
    name: .customLong("backend"),
    help: "A name from `bench list`; may be given more than once (default: all that are worth the time).",
    completion: .list(Backends.all.map(\.name)))
  var backends: [String] = []

  @Option(help: ArgumentHelp("The back end that others are compared with (default: im2col).", valueName: "back end"))
  var baseline: String?

  @Option(help: "Images in a batch, for the layers of models.")
  var batchSize = 16

  @Option(help: "Rounds: each times one step of every back end.")
  var rounds = 50

  @Option(
    help: ArgumentHelp(
      "Stop a direction of a problem after so many seconds, but never before ten rounds.", valueName: "seconds"))
  var maxTime = 5.0

  @OptionGroup var machine: MachineOptions

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    let problems = try problems()
    let context = try machine.context()
    let session = Session(console)
    let peak = try session.limits(context).peak
    let measurement = try LayerMeasurement(
      context: context, backends: backends, forecast: backends.isEmpty ? StepForecast(in: context) : nil,
      baseline: baseline ?? BackendComparison.defaultBaseline,
      plan: MeasurementPlan(burnIn: 1, batches: rounds, maxTime: maxTime), session: session)

    var runs: [LayerRun] = []
    let failure = session.untilFailure(problems.enumerated()) { number, problem in
      if problems.count > 1 { console.note("\(number + 1) of \(problems.count): \(problem.name)") }
      for direction in Direction.allCases where !session.interruption.isRequested {
        runs.append(try measurement.run(problem, direction))
      }
    }
    if runs.isEmpty, let failure { throw failure }
    if failure == nil, !session.interruption.isRequested, runs.allSatisfy(\.entries.isEmpty) {
      let reasons = runs.flatMap { $0.leftOut.map(\.reason) }
      throw Failure.failed("Nothing was measured. " + (reasons.first ?? ""))
    }
    let title =
      (problems.count == 1 ? "\(problems[0].problem)" : "\(problems.count) problems")
      + ", \(context.pool.count) thread\(context.pool.count == 1 ? "" : "s"), \(context.kernels.name)"
    let table = LayerRun.table(
      runs, title: title, baseline: baseline, peak: peak,
      warnings: ContextWarning.circumstances(session.circumstancesNow, threads: context.pool.count))
    console.print(problems.count == 1 ? [table] : [table, LayerRun.fastest(runs)], with: renderer)
    if let failure { throw failure }
    return session.end()
  }

  func validate() throws {
    guard [problem, batchFile, model].count(where: { $0 != nil }) == 1 else {
      throw ValidationError(
        "Give one of: a problem, --set MODEL or --batch-file FILE; for example bench layer vgg16:conv3_2.")
    }
    try checked(batchSize: batchSize)
    try checkCount("--rounds", rounds)
    try checkMaxTime(maxTime)
    for name in backends + (baseline.map { [$0] } ?? []) where Backends.named(name) == nil {
      throw ValidationError(
        "There is no back end '\(name)'. Use one of: \(Backends.all.map(\.name).joined(separator: ", ")).")
    }
    try checkTakesPart(baseline, in: backends)
  }

  private func problems() throws -> [NamedProblem] {
    if let problem { return [try LayerProblems.one(problem, batch: batchSize)] }
    if let batchFile { return try LayerProblems.file(batchFile, batch: batchSize) }
    return try LayerProblems.set(model ?? "", batch: batchSize)
  }
}
