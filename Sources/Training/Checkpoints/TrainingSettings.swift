import Foundation

/// Everything that decides the losses of a training, beside the processor: a run that continues another one must have
/// the same.
package struct TrainingSettings: Codable, Equatable, Sendable {
  package var model: String
  /// Side of the network's input, in pixels.
  package var imageSize: Int
  package var batchSize: Int
  package var seed: UInt64
  /// Images that wait in the queue.
  package var queue: Int
  /// The name of the set and its images.
  package var data: String
  package var images: Int
  package var learningRate: Double
  package var momentum: Double
  package var weightDecay: Double

  package init(
    model: String, imageSize: Int, batchSize: Int, seed: UInt64, queue: Int, data: String, images: Int, recipe: Recipe
  ) {
    self.model = model
    self.imageSize = imageSize
    self.batchSize = batchSize
    self.seed = seed
    self.queue = queue
    self.data = data
    self.images = images
    learningRate = recipe.learningRate
    momentum = recipe.momentum
    weightDecay = recipe.weightDecay
  }

  enum CodingKeys: String, CodingKey {
    case model, seed, queue, data, images, momentum
    case imageSize = "image_size"
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
  }

  /// JSON with sorted keys.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // The options are finite numbers, so this cannot fail.
    return String(decoding: try! encoder.encode(self), as: UTF8.self)
  }

  init?(text: String) {
    guard let settings = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
    self = settings
  }

  /// Why a run with these settings cannot go on from a checkpoint with `others`, as a sentence that says what to give;
  /// nil where it can.
  package func reasonNotContinuing(_ others: TrainingSettings) -> String? {
    func refusal<Value: Equatable>(_ option: String, _ key: KeyPath<TrainingSettings, Value>) -> String? {
      let (mine, theirs) = (self[keyPath: key], others[keyPath: key])
      return mine == theirs
        ? nil : "The checkpoint was trained with \(option) \(theirs), not \(mine); give the same, or begin anew."
    }
    if model != others.model { return "The checkpoint is one of \(others.model), not of \(model)." }
    if (data, images) != (others.data, others.images) {
      return "The checkpoint was trained on \(others.images) images of \(others.data), not on \(images) of \(data); "
        + "give the same --data, or begin anew."
    }
    return refusal("--image-size", \.imageSize) ?? refusal("--batch-size", \.batchSize) ?? refusal("--seed", \.seed)
      ?? refusal("--queue", \.queue) ?? refusal("--learning-rate", \.learningRate)
      ?? refusal("--momentum", \.momentum) ?? refusal("--weight-decay", \.weightDecay)
  }
}
