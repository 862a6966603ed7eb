import Convolution
import Foundation
import Networks
import Tensors
import Terms
import Testing
import Threads

@testable import Training

func context(threads: Int = 2) -> ExecutionContext {
  ExecutionContext(pool: ThreadPool(count: threads), instructionSet: .best)
}

/// Expects an error whose sentence has `words`.
func expectSentence(
  _ words: String, at location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch {
    #expect("\(error)".contains(words) && "\(error)".hasSuffix("."), "\(error)", sourceLocation: location)
  }
}

extension Network {
  /// A network with all that a training carries on beside parameters: batch norm's statistics and dropout.
  static let tiny = Network("tiny", summary: "", citation: "", imageSize: 12) { net in
    net.convolution("conv1", channels: 8, kernel: 3, bias: false)
    net.batchNormalization(activation: .relu)
    net.maxPool("pool1", size: 2, stride: 2)
    net.dropout("drop1", keep: 0.8)
    net.fullyConnected("fc1", units: 32, activation: .relu)
    net.fullyConnected("fc2", units: 5)
  }
}

/// A small training on synthetic images of 16 pixels, five classes.
struct TinyTraining {
  var network = Network.tiny
  var recipe = Recipe.usual
  var batch = 16
  var queue = 64
  var readers = 2
  var threads = 2
  var seed: UInt64 = 1
  var source: any ImageSource = SyntheticImages(.training, side: 16, classes: 5, count: 300)

  var settings: TrainingSettings {
    TrainingSettings(
      model: network.name, imageSize: network.imageSize, batchSize: batch, seed: seed, queue: queue, data: source.name,
      images: source.count, recipe: recipe)
  }

  func program(_ pass: Pass = .train) throws -> Program {
    let program = try Program(
      network.layers(), pass: pass, batch: batch, choice: BackendChoice(), in: context(threads: threads), seed: seed,
      loss: .softmaxCrossEntropy)
    try program.allocate()
    return program
  }

  func trainer(from checkpoint: Checkpoint.File? = nil) throws -> Trainer {
    try Trainer(program(), settings, recipe, source: source, readers: readers, from: checkpoint) {
      DispatchTime.now().uptimeNanoseconds
    }
  }

  func losses(_ steps: Int) throws -> [Double] {
    let trainer = try trainer()
    return try (0..<steps).map { _ in try trainer.run().loss }
  }
}
