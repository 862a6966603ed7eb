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
      bench layer --batch-file shapes_resnet_50 --format problems
      bench layer --onnx resnet50.onnx --batch-size 1

      A problem is written as in reports: batch n, groups g, input c h w, output channels k, kernel r s, stride u v,
      dilation d e, padding p q. A batch file has one a line, or model:layer, and a name behind it; # begins a
      comment. Batch files of oneDNN's benchdnn and DeepBench's lists of convolutions are recognised by their content.
      """)

  @Argument(help: "A problem such as n16c64h56w56k64r3s3u1p1, or a layer such as vgg16:conv3_2.")
  var problem: String?

  @Option(
    help: ArgumentHelp("A list of problems: ours, benchdnn's or DeepBench's.", valueName: "file"), completion: .file())
  var batchFile: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("All layers with weights of a model, each problem once.", valueName: "model"),
    completion: .list(Zoo.all.map(\.name)))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "All convolutions and products with constant matrices of an ONNX model, each problem once.", valueName: "file"),
    completion: .file(extensions: ["onnx"]))
  var onnx: String?

  @Option(
    name: .customLong("backend"),
    help: """
      A name from `bench list` or a shared library such as ./libmine.so; may be given more than once (default: all that \
      are worth the time).
      """,
    completion: .list(Backends.all.map(\.name)))
  var backends: [String] = []

  @Option(help: ArgumentHelp("The back end that others are compared with (default: im2col).", valueName: "back end"))
  var baseline: String?

  @Option(help: "Images in a batch, for the layers of models; an ONNX model may fix its own.")
  var batchSize = 16

  @Option(help: "Rounds: each times one step of every back end.")
  var rounds = 50

  @Option(
    help: ArgumentHelp(
      "Stop a direction of a problem after so many seconds, but never before ten rounds.", valueName: "seconds"))
  var maxTime = 5.0

  @OptionGroup var machine: MachineOptions

  @OptionGroup var grace: GraceOption

  @Option(
    help: ArgumentHelp(
      "How to print: \(Renderers.all.map(\.name).joined(separator: ", ")); or problems, the list itself, without measuring.",
      valueName: "format"),
    completion: .list(Renderers.all.map(\.name) + [Self.listFormat]))
  var format = "text"

  private static let listFormat = "problems"

  func run(on console: Console) throws -> Int32 {
    let problems = try problems(console)
    guard format != Self.listFormat else { return list(problems, on: console) }
    let renderer = try FormatOption.renderer(format)
    let context = try machine.context()
    let plugins = Plugins()
    let backends = try plugins.names(backends, baseline: baseline, in: context, console) { try checkNames(plugins) }
    let session = Session(console, grace: grace.seconds, plugins: plugins)
    let peak = try session.limits(context).peak
    let measurement = try LayerMeasurement(
      context: context, backends: backends, forecast: backends.isEmpty ? StepForecast(in: context) : nil,
      baseline: baseline ?? BackendComparison.defaultBaseline,
      plan: MeasurementPlan(burnIn: 1, batches: rounds, maxTime: maxTime), session: session)

    let report = LayerReport(problems: problems, baseline: baseline, context: context, peak: peak, session: session)
    session.keepOnForcedEnd { report.print(on: console, with: renderer) }
    var failures: [Failure] = []
    for (number, problem) in problems.enumerated() where !session.interruption.isRequested {
      if problems.count > 1 { console.note("\(number + 1) of \(problems.count): \(problem.name)") }
      do {
        for direction in problem.directions where !session.interruption.isRequested {
          report.runs.append(try measurement.run(problem, direction))
        }
      } catch let failure as Failure {
        // The others of a list do not suffer from it.
        if problems.count > 1 { console.note("Error: \(failure)") }
        failures.append(failure)
      }
    }
    if report.runs.isEmpty, let failure = failures.first { throw failure.inList(failures, of: problems.count) }
    if failures.isEmpty, !session.interruption.isRequested,
      report.runs.allSatisfy({ $0.entries.isEmpty && $0.broken.isEmpty })
    {
      let reasons = report.runs.flatMap { $0.leftOut.map(\.reason) }
      throw Failure.failed("Nothing was measured. " + (reasons.first ?? ""))
    }
    report.print(on: console, with: renderer)
    if let failure = failures.first { throw failure.inList(failures, of: problems.count) }
    let status = session.end()
    guard status == 0, let broken = report.runs.flatMap(\.broken).first else { return status }
    console.note("Error: \(broken.reason)")
    return ExitStatus.mismatch
  }

  func validate() throws {
    guard [problem, batchFile, model, onnx].count(where: { $0 != nil }) == 1 else {
      throw ValidationError(
        "Give one of: a problem, --set MODEL, --onnx FILE or --batch-file FILE; for example bench layer vgg16:conv3_2.")
    }
    try checked(batchSize: batchSize)
    if format != Self.listFormat { _ = try FormatOption.renderer(format, besides: [Self.listFormat]) }
    try checkCount("--rounds", rounds)
    try checkMaxTime(maxTime)
    // Names of shared libraries' back ends are known when these are loaded.
    guard backends.allSatisfy({ PluginReference($0) == nil }) else { return }
    try checkNames(Plugins())
    try checkTakesPart(baseline, in: backends)
  }

  private func checkNames(_ plugins: Plugins) throws {
    for name in backends + (baseline.map { [$0] } ?? [])
    where PluginReference(name) == nil && plugins.named(name) == nil {
      throw ValidationError(
        "There is no back end '\(name)'. Use one of: \(plugins.all.map(\.name).joined(separator: ", ")).")
    }
  }

  private func problems(_ console: Console) throws -> [NamedProblem] {
    if let problem { return [try LayerProblems.one(problem, batch: batchSize)] }
    if let model { return try LayerProblems.set(model, batch: batchSize) }
    let list =
      try onnx.map { try ProblemList.onnx($0, batch: batchSize) }
      ?? ProblemList.read(batchFile ?? "", batch: batchSize)
    for sentence in list.notes + list.leftOut { console.note("note: \(sentence)") }
    return list.problems
  }

  /// Prints the problems as a list that `--batch-file` reads.
  private func list(_ problems: [NamedProblem], on console: Console) -> Int32 {
    for problem in problems { console.print(problem.listed) }
    if problems.contains(where: { $0.directions != Direction.allCases }) {
      console.note("note: Lists of ours have no directions; all three will be measured.")
    }
    return 0
  }
}

extension Failure {
  /// How a list of problems ends in which some failed: with the code of a wrong result where there is one.
  fileprivate func inList(_ failures: [Failure], of problems: Int) -> Failure {
    guard problems > 1 else { return self }
    let isWrong = failures.contains { $0.status == ExitStatus.mismatch }
    return Failure(
      description: "\(failures.count) of \(problems) problems failed; the sentences above say why.",
      status: isWrong ? ExitStatus.mismatch : ExitStatus.failure)
  }
}
