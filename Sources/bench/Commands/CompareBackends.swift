import Analysis
import ArgumentParser
import Measurement
import Networks
import Results

/// `bench backends <model>`: every back end on the same network, in turns.
struct CompareBackends: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "backends",
    abstract: "Compare the back ends on one network, a step of each in turn.",
    discussion: """
      bench backends vgg16 --batch-size 4
      bench backends mobilenetv2 --pass forward --layers
      bench backends alexnet --backend winograd --backend naive --reference naive --batch-size 1

      Speed is relative to the reference, round by round, so what slows the whole machine cancels.
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var options: BackendsOptions

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    try options.check()
    let renderer = try options.format.renderer()
    let layers = try layers(of: network, imageSize: options.imageSize)
    let context = try options.machine.context()
    if let output = options.output { try checkWritable(output) }
    let interruption = Interruption.install()

    var file = ResultFile(context: capturedContext(), records: [])
    let before = SystemSample.capture()
    let peak = try fmaPeak(context, cpuModel: file.context.machine.cpuModel ?? "unknown")
    let bandwidth = options.layers ? memoryBandwidth(context, file.context.machine) : nil
    let run = try TurnsRun(
      options: options, network: network, layers: layers, context: context, console: console,
      interruption: interruption, peak: peak, bandwidth: bandwidth,
      forecast: options.backends.isEmpty ? StepForecast(in: context) : nil,
      kernels: KernelVerification(in: context, seed: 1))
    var leftOut: [[String]] = []
    var draft = ResultDraft(model: model.model, output: options.output)
    let failure = untilFailure(options.passes, interruption) { pass in
      let result = try run.run(pass)
      file.records += result.records.filter { !$0.durations.isEmpty }
      leftOut.append(result.leftOut)
      file.context.activity = SystemSample.capture().since(before)
      if !file.records.isEmpty { draft.keep(file) }
    }
    if file.records.isEmpty, let failure { throw failure }
    let saved = Result { try file.records.isEmpty ? nil : draft.finish(file, console) }

    let passes = Dictionary(grouping: file.records, by: \.pass)
    let tables = zip(options.passes, leftOut).flatMap { pass, leftOut -> [Table] in
      guard let comparison = BackendComparison(passes[pass] ?? [], reference: options.reference) else {
        return []
      }
      let table = comparison.table(notes: leftOut, file.context)
      return options.layers ? [table, LayerWinners(comparison).table] : [table]
    }
    if !tables.isEmpty { console.print(tables, with: renderer) }
    try conclude(saved, failure, console)
    return interruption.isRequested ? ExitStatus.failure : 0
  }
}
