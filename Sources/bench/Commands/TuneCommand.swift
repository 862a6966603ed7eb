import Analysis
import ArgumentParser
import Convolution
import Measurement
import Networks
import Results
import Terms

/// `bench tune <model>`: measures which back end is fastest for each layer of a network, and makes a plan of that.
struct TuneCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Find the fastest back end of each layer by measuring, and write it down as a plan.",
    discussion: """
      bench tune vgg16 --output plan.json
      bench vgg16 --plan plan.json
      bench tune mobilenetv2 --pass forward --batch-size 1 --save
      bench tune alexnet --exact --max-workspace 16

      Without --output and --save nothing is kept: the table alone is printed. A tie ends as `auto` would choose.
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var options: TuneOptions

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let renderer = try options.format.renderer()
    let layers = try layers(of: network, imageSize: options.batch.imageSize)
    let context = try options.machine.context()
    if let output = options.output { try checkWritable(output) }
    let session = Session(console)
    let run = TuneRun(
      options: options, network: network, layers: layers, context: context, session: session,
      forecast: try StepForecast(in: context), check: KernelCheck(in: context, seed: 1, session))
    var results: [TuneRun.Result] = []
    let failure = session.untilFailure(options.passes) { pass in
      if let result = try run.run(pass) { results.append(result) }
    }
    let key = PlanKey(network.name, layers, batch: options.batch.batchSize, context)
    if !results.isEmpty {
      console.print(
        results.map { TuneTable.table($0, key, session.circumstancesNow) }, with: renderer)
      try keep(results.map(\.plan), key, on: console)
    }
    if let failure { throw failure }
    if session.interruption.isRequested {
      console.note("The tuning was interrupted; a pass that was not measured to its end has no plan.")
      return ExitStatus.failure
    }
    return 0
  }

  private func keep(_ passes: [PlannedPass], _ key: PlanKey, on console: Console) throws {
    let file = PlanFile(
      origin: "tune", key: key, isExact: options.exact, machine: PlanMachine(MachineContext.capture()),
      kernelSources: InstructionSet.kernelSources, passes: passes)
    do {
      if let output = options.output {
        try file.write(to: output)
        console.note("The plan is \(output); follow it with `bench run \(key.model) --plan \(output)`.")
      }
      if options.save {
        let path = try PlanStore().save(file)
        console.note("The plan is \(path); follow it with `bench run \(key.model) --plan saved`.")
      }
    } catch let error as ResultsError { throw Failure.failed(error.description) }
  }
}
