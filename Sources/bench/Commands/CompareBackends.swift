import Analysis
import ArgumentParser
import Measurement
import Networks
import Results
import Terms

/// `bench backends <model>`: measures every back end on the same network, in turns.
struct CompareBackends: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "backends",
    abstract: "Compare the back ends on one network, a step of each in turn.",
    discussion: """
      bench backends vgg16 --batch-size 4
      bench backends mobilenetv2 --pass forward --layers
      bench backends alexnet --backend winograd --backend naive --baseline naive --batch-size 1

      Speed is relative to the baseline, round by round, so what slows the whole machine cancels.
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var options: BackendsOptions

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let renderer = try options.output.format.renderer()
    let layers = try layers(of: network, imageSize: options.selection.batch.imageSize)
    let context = try options.machine.context()
    let plugins = Plugins()
    let backends = try options.selection.names(loading: plugins, in: context, console)
    let plan = try options.selection.plan.load(
      network, layers, passes: options.passes, batch: options.batchSize, in: context, console)
    let output = options.output.output
    if let output { try checkWritable(output) }

    let session = Session(console, grace: options.length.grace.seconds, plugins: plugins)
    let recording = Recording<ResultFile>(session, model: network.name, output: output)
    let run = TurnsRun(
      options: options, backends: backends, network: network, layers: layers, context: context, session: session,
      plan: plan, limits: try session.limits(context, withBandwidth: options.layers),
      forecast: backends.isEmpty ? try StepForecast(in: context) : nil,
      check: KernelCheck(in: context, seed: 1, session))
    var leftOut: [Pass: [String]] = [:]
    return try recording.measure(options.passes) { pass in
      let result = try run.run(pass)
      leftOut[pass] = result.leftOut
      return result.records.filter { !$0.durations.isEmpty }
    } show: { file in
      let tables = tables(file, leftOut)
      if !tables.isEmpty { console.print(tables, with: renderer) }
    }
  }

  private func tables(_ file: ResultFile, _ leftOut: [Pass: [String]]) -> [Table] {
    options.passes.flatMap { pass -> [Table] in
      let records = file.records.filter { $0.pass == pass }
      guard let comparison = BackendComparison(records, baseline: options.selection.baseline) else { return [] }
      let table = comparison.table(notes: leftOut[pass] ?? [], file.context)
      return options.layers ? [table, FastestBackends(comparison).table] : [table]
    }
  }
}
