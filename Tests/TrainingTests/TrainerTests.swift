import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct TrainerTests {
  /// Neither threads nor readers change a bit of a loss; the seed does.
  @Test func lossesDependOnTheSeedAlone() throws {
    let expected = try TinyTraining().losses(12)
    #expect(try TinyTraining(readers: 7, threads: 1).losses(12) == expected)
    #expect(try TinyTraining(seed: 2).losses(12)[0] != expected[0])
  }

  /// The mean of -log(1 / classes) at first, since nothing is known.
  @Test func firstLossIsThatOfAGuess() throws {
    var training = TinyTraining()
    training.network = .cifar10Tutorial
    training.recipe = .cifar10Tutorial
    training.source = SyntheticImages(.training, count: 100)
    let step = try training.trainer().run()
    #expect(abs(step.crossEntropy - log(10.0)) < 0.02, "\(step)")
    // 0.004 / 2 * 0.04^2 * 0.774 * (884 736 + 73 728), where 0.774 is the variance of the truncated normal.
    #expect(abs(step.loss - step.crossEntropy - 2.37) < 0.02, "\(step)")
  }

  /// A tiny network tells five shapes apart after 400 steps of 32 images; a guess is right for a fifth.
  @Test func learnsTheSyntheticSet() throws {
    var training = TinyTraining()
    training.batch = 32
    training.queue = 500
    training.source = SyntheticImages(.training, side: 16, classes: 5, count: 2000)
    let trainer = try training.trainer()
    for _ in 0..<400 { _ = try trainer.run() }
    let outcome = try evaluate(training, trainer, SyntheticImages(.test, side: 16, classes: 5, count: 500))
    #expect(outcome.count == 500 && outcome.precision > 0.6, "\(outcome)")
  }

  /// The images of a last batch that is not full count once.
  @Test func everyImageOfAnEvaluationCountsOnce() throws {
    let training = TinyTraining()
    let trainer = try training.trainer()
    let test = SyntheticImages(.test, side: 16, classes: 5, count: 37)
    let whole = try evaluate(training, trainer, test)
    #expect(whole.count == 37)
    var single = training
    single.batch = 1
    #expect(try evaluate(single, trainer, test) == whole)
  }

  @Test func divergenceIsASentence() throws {
    var training = TinyTraining()
    training.recipe.learningRate = 1e30
    expectSentence("is not a number: the training has diverged. Use a smaller --learning-rate.") {
      _ = try training.losses(20)
    }
  }

  private func evaluate(
    _ training: TinyTraining, _ trainer: Trainer, _ source: any ImageSource
  ) throws -> Evaluator.Outcome {
    try withDirectory { (directory: String) throws in
      let path = try CheckpointFolder(directory).save(trainer.checkpoint, keep: 1)
      return try Evaluator(training.program(.forward), Checkpoint.File(path: path)).run(source)
    }
  }
}
