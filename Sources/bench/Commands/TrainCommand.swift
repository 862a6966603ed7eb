import Analysis
import ArgumentParser
import Convolution
import Foundation
import Measurement
import Networks
import Results
import Tensors
import Training

/// `bench train <model> --data ...`: trains a network with images.
struct TrainCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network with images: readers, distortions, gradient descent and checkpoints.",
    discussion: """
      bench train cifar10-tutorial --data synthetic --steps 300
      bench train cifar10-tutorial --data cifar-10-batches-bin --steps 100000
      bench train cifar10-tutorial --data synthetic --steps 600 --resume
      bench evaluate cifar10-tutorial --data synthetic
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var options: TrainOptions

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let layers = try layers(of: network, imageSize: options.work.data.imageSize)
    let source = try options.work.data.open(.training, for: layers)
    if let output = options.results.output { try checkWritable(output) }
    let folder = options.checkpoints.directory.folder(of: network)
    let recipe = options.learning.recipe(for: network)
    let settings = settings(network, layers, source, recipe)
    let checkpoint = try checkpoint(in: folder, of: network, settings)

    let context = try options.compute.context()
    let plugins = try options.compute.plugins(in: context, console)
    let choice = try options.compute.choice(plugins)
    let program = try program(network, layers, settings, choice, in: context)
    let session = Session(console, grace: options.grace.seconds, plugins: plugins)
    let verification: Results.Verification =
      options.results.noVerify
      ? .skipped
      : try KernelCheck(in: context, seed: settings.seed, session).verify(program, label: "\(network.name) train")
    let trainer: Trainer
    do {
      trainer = try Trainer(
        program, settings, recipe, source: source, readers: options.pipeline.readers, from: checkpoint
      ) { MonotonicClock().nanoseconds }
    } catch { throw Failure.failed("\(error)") }
    let run = TrainingRun(
      trainer, folder, options, session, record(trainer, source, choice, verification))
    return try Recording<TrainingFile>(session, model: model.model, output: options.results.output).record {
      run.record.losses.isEmpty ? nil : run.record
    } during: {
      try run.run(set: source.name) { line in if options.results.format == .text { console.print(line) } }
    } show: { file in
      try show(file, on: console)
    }
  }

  private func settings(
    _ network: Network, _ layers: [Layer], _ source: any ImageSource, _ recipe: Recipe
  ) -> TrainingSettings {
    TrainingSettings(
      model: network.name, imageSize: layers[0].input.height, batchSize: options.work.data.batchSize,
      seed: options.work.seed,
      queue: options.pipeline.capacity(images: source.count, imageFloats: layers[0].input.count),
      data: source.name, images: source.count, recipe: recipe)
  }

  /// The checkpoint to go on from; nil for a beginning.
  ///
  /// - Throws: `Failure` where there is none, or where one would be lost
  private func checkpoint(
    in folder: CheckpointFolder, of network: Network, _ settings: TrainingSettings
  ) throws -> Checkpoint.File? {
    guard options.checkpoints.resume else {
      guard let step = folder.steps.last else { return nil }
      throw Failure.failed(
        "\(folder.path) has checkpoints of up to step \(step). Go on from there with --resume, give another directory "
          + "with --checkpoints, or remove it.")
    }
    let checkpoint = try options.checkpoints.directory.last(of: network)
    if let reason = settings.reasonNotContinuing(checkpoint.settings) { throw Failure.usage(reason) }
    guard checkpoint.step < options.work.steps else {
      throw Failure.usage(
        "\(folder.path) has made \(checkpoint.step) steps already; ask for more than that with --steps.")
    }
    return checkpoint
  }

  private func program(
    _ network: Network, _ layers: [Layer], _ settings: TrainingSettings, _ choice: BackendChoice,
    in context: ExecutionContext
  ) throws -> Program {
    let program: Program
    do {
      program = try Program(
        layers, pass: .train, batch: settings.batchSize, choice: choice, in: context, seed: settings.seed,
        loss: .softmaxCrossEntropy)
    } catch { throw Failure.usage("\(error)") }
    // Averages, and velocities where there are any, are as large as the parameters.
    let parameters = 4 * layers.parameterCount * (settings.momentum > 0 ? 2 : 1)
    let queue = 4 * settings.queue * layers[0].input.count
    try checkMemory(
      program.memory.totalBytes + parameters + queue, for: "\(network.name) at batch \(settings.batchSize)",
      remedy: "Use a smaller --batch-size or --queue.")
    do { try program.allocate() } catch { throw Failure.failed("\(error)") }
    return program
  }

  private func record(
    _ trainer: Trainer, _ source: any ImageSource, _ choice: BackendChoice, _ verification: Results.Verification
  ) -> TrainingRecord {
    let (settings, context) = (trainer.settings, trainer.program.context)
    return TrainingRecord(
      model: settings.model, batchSize: settings.batchSize, imageSize: settings.imageSize, backend: choice.requested,
      threads: context.pool.count, instructionSet: context.kernels.name, seed: settings.seed,
      data: options.work.data.data,
      images: settings.images, classes: source.classes, readers: options.pipeline.readers, queue: settings.queue,
      learningRate: settings.learningRate, momentum: settings.momentum, weightDecay: settings.weightDecay,
      requestedSteps: options.work.steps, firstStep: trainer.step,
      verification: verification)
  }

  private func show(_ file: TrainingFile, on console: Console) throws {
    if options.results.format == .json { return console.write(String(decoding: try file.json(), as: UTF8.self)) }
    for record in file.records {
      console.print("")
      for line in TrainingSummary(record).lines { console.print(line) }
    }
  }
}
