import Communication
import Convolution
import Networks

/// What a run measures, and on what.
struct RunSubject {
  let network: Network
  let layers: [Layer]
  let context: ExecutionContext
  let plugins: Plugins
  let choices: PassChoices
  /// The images of the user; nil for random ones.
  let images: InputImages?

  /// Refuses what cannot be measured, or not among these ranks.
  ///
  /// - Throws: `Failure`
  init(_ model: ModelArgument, _ options: RunOptions, among ranks: Ranks?, _ console: Console) throws {
    try options.check(among: ranks)
    network = try model.network()
    context = try options.compute.context()
    plugins = try options.compute.plugins(in: context, console)
    let choice = try options.compute.choice(plugins)
    do { layers = try network.layers(imageSize: options.work.batch.imageSize) } catch {
      throw Failure.usage(error.description)
    }
    choices = PassChoices(
      usual: choice,
      plan: try options.plans.load(
        network, layers, passes: options.work.passes, batch: options.work.batch.batchSize,
        isExact: options.compute.exact, in: context, console))
    if let path = options.work.input { images = try InputImages(path: path, for: layers) } else { images = nil }
    if let output = options.results.output, ranks?.isRoot ?? true { try checkWritable(output) }
  }
}
