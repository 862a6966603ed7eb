import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct CheckpointTests {
  /// With momentum, averages, batch norm's statistics, dropout and a queue in the middle of an epoch.
  @Test func resumedTrainingHasTheSameLosses() throws {
    let whole = try TinyTraining().losses(30)
    try withDirectory { (directory: String) throws in
      let folder = CheckpointFolder(directory)
      let first = try TinyTraining().trainer()
      var losses = try (0..<13).map { _ in try first.run().loss }
      let path = try folder.save(first.checkpoint, keep: 5)
      #expect(path == "\(directory)/checkpoint-13.safetensors" && folder.steps == [13])
      let file = try Checkpoint.File(path: path)
      let second = try TinyTraining(readers: 5, threads: 1).trainer(from: file)
      #expect(second.step == 13 && second.lossAverage == first.lossAverage)
      losses += try (0..<17).map { _ in try second.run().loss }
      #expect(losses == whole)
      // Also what the losses do not show.
      for _ in 0..<17 { _ = try first.run() }
      let (state, expected) = (second.checkpoint, first.checkpoint)
      #expect(state.tensors.map(\.name) == expected.tensors.map(\.name))
      for (found, expected) in zip(state.tensors, expected.tensors) {
        #expect(found.values == expected.values, "\(found.name)")
      }
    }
  }

  @Test func lastOnesAreKept() throws {
    try withDirectory { (directory: String) throws in
      let folder = CheckpointFolder("\(directory)/deep/er")
      let trainer = try TinyTraining().trainer()
      for _ in 0..<12 {
        _ = try trainer.run()
        _ = try folder.save(trainer.checkpoint, keep: 3)
      }
      #expect(folder.steps == [10, 11, 12])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
    }
  }

  @Test func damagedFilesAreSentences() throws {
    try withDirectory { (directory: String) throws in
      let trainer = try TinyTraining().trainer()
      let path = try CheckpointFolder(directory).save(trainer.checkpoint, keep: 3)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for bytes in [whole.dropLast(), whole.prefix(20), Data(), Data("x".utf8)] {
        try bytes.write(to: URL(fileURLWithPath: path))
        expectSentence("checkpoint-0.safetensors: ") { _ = try Checkpoint.File(path: path) }
      }
      let other = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/oracle/vgg16.safetensors").path
      expectSentence("this is no checkpoint of `bench train`;") { _ = try Checkpoint.File(path: other) }
      expectSentence("cannot be read") { _ = try Checkpoint.File(path: "\(directory)/none") }
    }
  }

  @Test func checkpointsOfOtherNetworksAreRefused() throws {
    try withDirectory { (directory: String) throws in
      let trainer = try TinyTraining().trainer()
      let file = try Checkpoint.File(path: CheckpointFolder(directory).save(trainer.checkpoint, keep: 3))
      var other = TinyTraining()
      other.network = Network("other", summary: "", citation: "", imageSize: 12) { net in
        net.convolution("conv1", channels: 8, kernel: 3)
        net.fullyConnected("fc2", units: 5)
      }
      expectSentence("there is no tensor 'conv1/biases'.") { _ = try other.trainer(from: file) }
    }
  }

  /// What decides the losses must be the same, and the sentence says which option is not.
  @Test func otherSettingsAreRefused() throws {
    let settings = TinyTraining().settings
    #expect(settings.reasonNotContinuing(settings) == nil)
    func reason(_ change: (inout TrainingSettings) -> Void) -> String {
      var others = settings
      change(&others)
      return settings.reasonNotContinuing(others) ?? "none"
    }
    #expect(reason { $0.batchSize = 7 }.hasPrefix("The checkpoint was trained with --batch-size 7, not 16;"))
    #expect(reason { $0.learningRate = 0.5 }.contains("--learning-rate 0.5, not 0.01;"))
    #expect(reason { $0.seed = 3 }.contains("--seed 3, not 1;"))
    #expect(reason { $0.queue = 3 }.contains("--queue 3"))
    #expect(reason { $0.momentum = 0 }.contains("--momentum 0.0"))
    #expect(reason { $0.weightDecay = 0 }.contains("--weight-decay"))
    #expect(reason { $0.imageSize = 3 }.contains("--image-size 3, not 12;"))
    #expect(reason { $0.model = "x" } == "The checkpoint is one of x, not of tiny.")
    #expect(reason { $0.images = 5 }.hasPrefix("The checkpoint was trained on 5 images of synthetic, not on 300"))
  }
}
