/// A training, or the part of one that a run has made: what was asked for, and every step.
package struct TrainingRecord: Codable, Equatable, Sendable {
  // The request.
  package var model: String
  package var batchSize: Int
  /// Side of the network's input, in pixels.
  package var imageSize: Int
  /// The back end that was requested.
  package var backend: String
  package var threads: Int
  package var instructionSet: String
  package var seed: UInt64
  /// What `--data` said.
  package var data: String
  package var images: Int
  package var classes: [String]
  package var readers: Int
  /// Images that wait in the queue.
  package var queue: Int
  /// Of the first step of all.
  package var learningRate: Double
  package var momentum: Double
  package var weightDecay: Double
  /// The steps of the whole training.
  package var requestedSteps: Int
  /// The steps that were made by runs before this one.
  package var firstStep: Int
  /// Of the kernels, before the first step.
  package var verification: Verification

  // The steps of this run, in order.
  /// With the weight decay's part, before the update.
  package var losses: [Double] = []
  /// The mean over the batch.
  package var crossEntropies: [Double] = []
  /// Seconds, from asking for the images to the updated parameters.
  package var durations: [Double] = []
  /// The part of each duration in which the step waited for images that no reader had finished.
  package var waits: [Double] = []
  /// Seconds that the readers, all together, worked since the step before.
  package var readerWork: [Double] = []

  // Around the steps.
  /// Seconds until the queue was full.
  package var fillTime = 0.0
  /// Seconds of each checkpoint's writing; no part of a step.
  package var checkpointTimes: [Double] = []
  /// The moving average of the loss, with decay 0.9; nil before the first step.
  @OrNull package var lossAverage: Double?
  /// The last checkpoint; nil where there is none.
  @OrNull package var checkpoint: String?

  package init(
    model: String, batchSize: Int, imageSize: Int, backend: String, threads: Int, instructionSet: String, seed: UInt64,
    data: String, images: Int, classes: [String], readers: Int, queue: Int, learningRate: Double, momentum: Double,
    weightDecay: Double, requestedSteps: Int, firstStep: Int, verification: Verification
  ) {
    self.model = model
    self.batchSize = batchSize
    self.imageSize = imageSize
    self.backend = backend
    self.threads = threads
    self.instructionSet = instructionSet
    self.seed = seed
    self.data = data
    self.images = images
    self.classes = classes
    self.readers = readers
    self.queue = queue
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.requestedSteps = requestedSteps
    self.firstStep = firstStep
    self.verification = verification
  }

  enum CodingKeys: String, CodingKey {
    case model, backend, threads, seed, data, images, classes, readers, queue, momentum, losses, checkpoint
    case verification
    case batchSize = "batch_size"
    case imageSize = "image_size"
    case instructionSet = "instruction_set"
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
    case requestedSteps = "requested_steps"
    case firstStep = "first_step"
    case crossEntropies = "cross_entropies"
    case durations = "durations_s"
    case waits = "waits_s"
    case readerWork = "reader_work_s"
    case fillTime = "fill_s"
    case checkpointTimes = "checkpoints_s"
    case lossAverage = "loss_average"
  }
}
