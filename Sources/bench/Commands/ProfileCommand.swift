import Analysis
import ArgumentParser
import Convolution
import Measurement
import Networks
import Results
import Terms

/// `bench profile <model>`: shows where the time of a step goes.
struct ProfileCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Show where the time of a step goes: by layer, phase and thread, against the machine's bounds.",
    discussion: """
      bench profile vgg16
      bench profile mobilenetv2 --pass forward --batch-size 1 --format json
      bench profile mobilenetv2 --batch-size 1 --trace trace.json

      Plain and profiled steps take turns, so the profile states its own cost. All times are means over the same
      steps: the parts add up to the step.
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var options: ProfileOptions

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let renderer = try options.results.format.renderer()
    let context = try options.compute.context()
    let plugins = try options.compute.plugins(in: context, console)
    let choice = try options.compute.choice(plugins)
    let layers = try layers(of: network, imageSize: options.work.batch.imageSize)
    let plan = try options.plans.load(
      network, layers, passes: options.work.passes, batch: options.work.batch.batchSize,
      isExact: options.compute.exact, in: context, console)
    for path in [options.results.output, options.results.trace].compactMap({ $0 }) { try checkWritable(path) }

    StepCost.countAllocations()
    let session = Session(
      console, grace: options.length.grace.seconds, measuresClock: true, plugins: plugins)
    let recording = Recording<ProfileFile>(session, model: network.name, output: options.results.output)
    let run = ProfileRun(
      options: options, network: network, layers: layers, context: context,
      choices: PassChoices(usual: choice, plan: plan), session: session,
      check: KernelCheck(in: context, seed: options.work.seed, session))
    var trace = options.results.trace.map { ProfileTrace(path: $0) }
    var isTraced = true
    let status = try recording.measure(options.work.passes) { pass in
      guard let outcome = try run.run(pass, keepingSpans: trace == nil ? 0 : ProfileTrace.mostSpans) else { return [] }
      if let pass = outcome.trace { trace?.passes.append(pass) }
      return [outcome.record]
    } show: { file in
      try show(file, with: renderer, on: console)
      isTraced = trace?.write(on: console) ?? true
    }
    return isTraced ? status : ExitStatus.failure
  }

  private func show(_ file: ProfileFile, with renderer: any Renderer, on console: Console) throws {
    // Programs get the whole record.
    if renderer is JSONRenderer { return console.write(String(decoding: try file.json(), as: UTF8.self)) }
    for record in file.records {
      // A document in another format than text begins with its first table.
      if renderer is TextRenderer { console.print(ProfileTables.heading(record) + "\n") }
      console.print(ProfileTables.all(record), with: renderer)
      if !(renderer is TextRenderer) { console.note(ProfileTables.heading(record)) }
    }
    let threads = file.records.map(\.threadCount).max() ?? 1
    for warning in ContextWarning.circumstances(file.context, threads: threads) { console.note("Warning: \(warning)") }
  }
}
