import Analysis
import ArgumentParser
import Convolution
import Measurement
import Networks
import Results
import Terms
import Threads

/// `bench scale <model>`: measures how speed depends on threads and batch size.
struct ScaleCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale",
    abstract: "Show how speed and memory depend on threads and batch size, and which bound is hit.",
    discussion: """
      bench scale vgg16
      bench scale mobilenetv2 --threads 1 2 --batch-size 1 16 64
      bench scale alexnet --pass forward-backward --format csv
      bench scale vgg16 --predict two-ranks.json --ranks 8 64

      All combinations take turns, a step of each in every round, so they share what the machine does meanwhile. \
      `bench report` draws the result; `bench machine` measures what bounds a layer.
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var options: ScaleOptions
  @OptionGroup(title: "Without measuring") var prediction: PredictionOptions

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let renderer = try options.format.renderer()
    if let path = prediction.path {
      console.print([try prediction.table(of: network, at: path)], with: renderer)
      return 0
    }
    let layers = try layers(of: network, imageSize: options.imageSize)
    let choice: BackendChoice
    do { choice = try BackendChoice(options.backend) } catch { throw Failure.usage(error.description) }
    if let output = options.output { try checkWritable(output) }
    let contexts = try options.threadCounts.map { threads in
      try MachineOptions.context(threads: threads, isa: options.isa)
    }
    for context in contexts { context.pool.park() }
    let recording = Recording<ResultFile>(Session(console), model: network.name, output: options.output)
    let run = ScaleRun(
      options: options, network: network, layers: layers, choice: choice, contexts: contexts,
      session: recording.session)
    return try recording.measure(options.passes) { pass in
      try run.run(pass)
    } show: { file in
      let tables = Scaling.all(file, fewest: 1).map { $0.table(file.context) }
      console.print(tables, with: renderer)
    }
  }
}
