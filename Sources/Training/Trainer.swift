import Networks
import Tensors

/// Trains a network: takes a batch out of the queue, computes gradients, updates the parameters.
package final class Trainer {
  package let settings: TrainingSettings
  package let program: Program
  package let descent: GradientDescent
  package let queue: ImageQueue
  private let labels: LabelledLoss
  private let clock: @Sendable () -> UInt64
  private let stepsPerEpoch: Double
  /// Steps that are made.
  package private(set) var step = 0
  /// Moving average of the loss with decay 0.9, from the first step's on; nil before it.
  package private(set) var lossAverage: Double?

  private static let lossDecay = 0.9

  /// What one step found and how long it took, in nanoseconds.
  package struct Step: Equatable, Sendable {
    /// From 0 on.
    package let number: Int
    package let learningRate: Double
    /// The mean over the batch, before the update.
    package let crossEntropy: Double
    /// `crossEntropy` and the weight decay's part.
    package let loss: Double
    package let duration: UInt64
    /// The part of `duration` in which it waited for images that no reader had finished.
    package let waited: UInt64
    /// What all readers together worked since the step before.
    package let readersWorked: UInt64
  }

  /// - Parameters:
  ///   - program: of pass `train` with the loss `softmaxCrossEntropy`; allocated. Its parameters are overwritten
  ///   - checkpoint: what to continue; nil for a beginning
  ///   - clock: counts nanoseconds
  /// - Throws: `AllocationError`, or `CheckpointError` where the checkpoint is of another network
  package init(
    _ program: Program, _ settings: TrainingSettings, _ recipe: Recipe, source: any ImageSource, readers: Int,
    from checkpoint: Checkpoint.File? = nil, clock: @escaping @Sendable () -> UInt64
  ) throws {
    guard let labels = program.labelledLoss else { fatalError("the program takes no labels") }
    self.program = program
    self.settings = settings
    self.labels = labels
    self.clock = clock
    stepsPerEpoch = Double(source.count) / Double(program.batch)
    recipe.initialise(program, seed: settings.seed)
    descent = try GradientDescent(program, recipe)
    let first = checkpoint?.step ?? 0
    queue = try ImageQueue(
      source, Distortion(side: settings.imageSize, isRandom: true), capacity: settings.queue, readers: readers,
      seed: settings.seed, draws: first * program.batch, clock: clock)
    if let checkpoint { try restore(checkpoint) }
  }

  deinit { queue.stop() }

  /// - Throws: `DataError` where an image cannot be read, `TrainingError.diverged`
  package func run() throws -> Step {
    let start = clock()
    try queue.next(program.batch, into: program.input.floats, labels: labels.labels)
    program.run()
    let crossEntropy = labels.mean
    guard crossEntropy.isFinite else { throw TrainingError.diverged(step: step) }
    let rate = descent.recipe.learningRate(step: step, stepsPerEpoch: stepsPerEpoch)
    let loss = crossEntropy + descent.update(rate: rate, number: step + 1)
    lossAverage = lossAverage.map { Self.lossDecay * $0 + (1 - Self.lossDecay) * loss } ?? loss
    defer { step += 1 }
    let times = queue.takeTimes()
    return Step(
      number: step, learningRate: rate, crossEntropy: crossEntropy, loss: loss, duration: clock() - start,
      waited: times.trainerWaited, readersWorked: times.readersWorked)
  }

  // MARK: Checkpoints

  /// Name, memory and shape of everything that steps change.
  private var state: [(name: String, shape: [Int], floats: UnsafeMutablePointer<Float>, count: Int)] {
    program.parameters.map { ($0.parameter.name, $0.parameter.shape, $0.tensor.floats, $0.tensor.count) }
      + descent.trained.flatMap { trained in
        let (name, shape) = (trained.parameter.name, trained.parameter.shape)
        let velocity = trained.velocity.map { (name + Checkpoint.velocitySuffix, shape, $0.base, $0.count) }
        let average = (name + Checkpoint.averageSuffix, shape, trained.average.base, trained.average.count)
        return [average] + (velocity.map { [$0] } ?? [])
      }
  }

  package var checkpoint: Checkpoint {
    Checkpoint(
      step: step, lossAverage: lossAverage, settings: settings,
      tensors: state.map { ($0, $1, Array(UnsafeBufferPointer(start: $2, count: $3))) })
  }

  private func restore(_ checkpoint: Checkpoint.File) throws(CheckpointError) {
    for (name, _, floats, count) in state { try checkpoint.copy(name, to: floats, count: count) }
    step = checkpoint.step
    lossAverage = checkpoint.lossAverage
    program.skipDropout(steps: step)
  }
}

/// Why a training cannot go on, as a sentence.
package enum TrainingError: Error, Equatable, CustomStringConvertible {
  case diverged(step: Int)

  package var description: String {
    switch self {
    case .diverged(let step):
      "The loss of step \(step) is not a number: the training has diverged. Use a smaller --learning-rate."
    }
  }
}
