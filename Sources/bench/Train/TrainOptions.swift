import ArgumentParser
import Networks
import Training

/// Everything that `bench train` can be asked for.
struct TrainOptions: ParsableArguments {
  @OptionGroup(title: "What is trained") var work: Work
  @OptionGroup(title: "How it learns") var learning: Learning
  @OptionGroup(title: "The input pipeline") var pipeline: Pipeline
  @OptionGroup(title: "Checkpoints") var checkpoints: Checkpoints
  @OptionGroup(title: "How it is computed") var compute: ComputeOptions
  @OptionGroup(title: "Output") var results: Output
  @OptionGroup var grace: GraceOption

  struct Work: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("Steps of the whole training.", valueName: "n"))
    var steps = 1000

    @Option(help: "Seed of the initial weights, the order of the images, their distortions and dropout.")
    var seed: UInt64 = 1

    func validate() throws { try checkCount("--steps", steps, in: 0...100_000_000) }
  }

  struct Learning: ParsableArguments {
    @Option(
      help: ArgumentHelp("Learning rate of the first step (default: that of the network's recipe).", valueName: "x"))
    var learningRate: Double?

    @Option(help: ArgumentHelp("Share of the last update that is repeated (default: the recipe's).", valueName: "x"))
    var momentum: Double?

    @Option(help: ArgumentHelp("Factor of sum(w^2) / 2 in the loss (default: the recipe's).", valueName: "x"))
    var weightDecay: Double?

    func validate() throws {
      try check("--learning-rate", learningRate, "above 0 and up to 1000") { $0 > 0 && $0 <= 1000 }
      try check("--momentum", momentum, "at least 0 and below 1") { $0 >= 0 && $0 < 1 }
      try check("--weight-decay", weightDecay, "at least 0 and up to 1000") { $0 >= 0 && $0 <= 1000 }
    }

    private func check(_ option: String, _ value: Double?, _ range: String, _ holds: (Double) -> Bool) throws {
      guard let value, !holds(value) else { return }
      throw ValidationError("\(option) must be a number \(range), not \(value.formatted()).")
    }

    func recipe(for network: Network) -> Recipe {
      var recipe = Recipe.recipe(for: network)
      recipe.learningRate = learningRate ?? recipe.learningRate
      recipe.momentum = momentum ?? recipe.momentum
      recipe.weightDecay = weightDecay ?? recipe.weightDecay
      return recipe
    }
  }

  struct Pipeline: ParsableArguments {
    @Option(help: ArgumentHelp("Threads that read and distort images.", valueName: "n"))
    var readers = 16

    @Option(
      help: ArgumentHelp(
        "Images that wait, shuffled, for the training (default: 0.4 of the set, up to 20000 and 1 GiB).", valueName: "n"
      ))
    var queue: Int?

    func validate() throws {
      try checkCount("--readers", readers, in: 1...1024)
      if let queue { try checkCount("--queue", queue, in: 1...10_000_000) }
    }

    private static let (usual, usualBytes, usualShare) = (20_000, 1 << 30, 0.4)

    /// How many images wait.
    ///
    /// - Parameter imageFloats: of one distorted image
    func capacity(images: Int, imageFloats: Int) -> Int {
      queue ?? max(min(Int(Self.usualShare * Double(images)), Self.usual, Self.usualBytes / (4 * imageFloats)), 1)
    }
  }

  struct Checkpoints: ParsableArguments {
    @OptionGroup var directory: CheckpointOptions

    @Flag(help: "Go on from the last checkpoint there.")
    var resume = false

    @Option(help: ArgumentHelp("Write a checkpoint after so many steps, and at the end.", valueName: "n"))
    var checkpointEvery = 100

    @Option(help: ArgumentHelp("Keep so many checkpoints.", valueName: "n"))
    var keep = 5

    func validate() throws {
      try checkCount("--checkpoint-every", checkpointEvery, in: 1...100_000_000)
      try checkCount("--keep", keep)
    }
  }

  struct Output: ParsableArguments {
    @Option(help: "What to print: text or json.")
    var format: RunFormat = .text

    @Option(
      help: ArgumentHelp("Where the result goes (default: a new file in results/training).", valueName: "file.json"))
    var output: String?

    @Flag(help: "Do not compare the kernels with the reference first; the result says so.")
    var noVerify = false
  }
}

/// The images, for training and evaluation alike.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "CIFAR-10's binary files, a folder of classes with PNG and JPEG images, or synthetic.", valueName: "directory"))
  var data: String

  @Option(help: "Images in a batch.")
  var batchSize = 128

  @Option(
    help: ArgumentHelp("Side of the square part of an image that is used (default: the model's).", valueName: "pixels"))
  var imageSize: Int?

  func validate() throws { try checked(batchSize: batchSize) }

  /// - Throws: `Failure`
  func open(_ split: Split, for layers: [Layer]) throws -> any ImageSource {
    do {
      return try DataSet.open(
        data, split, imageSize: layers[0].input.height, outputs: layers.last!.output.count)
    } catch { throw Failure.failed("\(error)") }
  }
}

/// Where checkpoints are, for training and evaluation alike.
struct CheckpointOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where checkpoints are (default: results/checkpoints/MODEL).", valueName: "directory"))
  var checkpoints: String?

  func folder(of network: Network) -> CheckpointFolder {
    CheckpointFolder(checkpoints ?? "results/checkpoints/\(network.name)")
  }

  /// The last checkpoint.
  ///
  /// - Throws: `Failure` where there is none or it is damaged
  func last(of network: Network) throws -> Checkpoint.File {
    let folder = folder(of: network)
    guard let step = folder.steps.last else {
      throw Failure.failed("\(folder.path) has no checkpoint; `bench train \(network.name)` writes some.")
    }
    do { return try Checkpoint.File(path: folder.file(step: step)) } catch { throw Failure.failed("\(error)") }
  }
}
