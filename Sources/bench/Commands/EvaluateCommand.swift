import ArgumentParser
import Measurement
import Networks
import Tensors
import Training

/// `bench evaluate <model> --data ...`: tests a trained network on images that it has not seen.
struct EvaluateCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Test a trained network: the share of images whose class has the largest logit.",
    discussion: """
      bench evaluate cifar10-tutorial --data synthetic
      bench evaluate cifar10-tutorial --data cifar-10-batches-bin --checkpoints results/checkpoints/cifar10-tutorial

      The parameters are the moving averages of the last checkpoint. Every image of the test set counts once.
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var data: DataOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var grace: GraceOption

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let checkpoint = try checkpoints.last(of: network)
    guard checkpoint.settings.model == network.name else {
      throw Failure.usage("The checkpoint is one of \(checkpoint.settings.model), not of \(network.name).")
    }
    let layers = try layers(of: network, imageSize: data.imageSize ?? checkpoint.settings.imageSize)
    let source = try data.open(.test, for: layers)
    if let note = (source as? ImageFolder)?.noteOnSplit { console.note(note) }
    let context = try compute.context()
    let plugins = try compute.plugins(in: context, console)
    let choice = try compute.choice(plugins)
    let program = try Program.planned(
      layers, .forward, batch: data.batchSize, choice: choice, in: context, seed: 1, label: network.name)
    let session = Session(console, grace: grace.seconds, plugins: plugins)
    let outcome: Evaluator.Outcome
    do {
      try program.allocate()
      outcome = try Evaluator(program, checkpoint).run(source) { _ in !session.interruption.isRequested }
    } catch { throw Failure.failed("\(error)") }
    try plugins.checkJournals()
    guard outcome.count == source.count else {
      console.note(
        "The evaluation was interrupted after \(outcome.count) of \(source.count) images; there is no result.")
      return ExitStatus.failure
    }
    console.print(TutorialLines.precision(outcome.precision, clock: MonotonicClock()))
    console.note(
      "\(outcome.correct) of \(outcome.count) images of \(source.name) are right, after \(checkpoint.step) steps.")
    return 0
  }
}
