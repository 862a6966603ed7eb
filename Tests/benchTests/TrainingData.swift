import Foundation
import TestSupport
import Testing
import Training

/// What the documents train with: CIFAR-10's files with made-up images, photographs in folders, and a checkpoint.
enum TrainingData {
  static func make(in directory: String) throws {
    let cifar = "\(directory)/cifar-10-batches-bin"
    try FileManager.default.createDirectory(atPath: cifar, withIntermediateDirectories: true)
    let images = SyntheticImages(.training, count: 10)
    for name in CIFARFiles.trainingFiles + CIFARFiles.testFiles {
      try Data((0..<10).flatMap(images.record)).write(to: URL(fileURLWithPath: "\(cifar)/\(name)"))
    }
    for folder in ["train/cats", "train/dogs", "test/cats", "test/dogs"] {
      let path = "\(directory)/photos/\(folder)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: photograph, toPath: "\(path)/1.png")
    }
    let trained = "\(directory)/trained"
    try FileManager.default.createDirectory(atPath: trained, withIntermediateDirectories: true)
    let (checkpoint, record) = try files.get()
    try checkpoint.write(to: URL(fileURLWithPath: "\(trained)/checkpoint-1.safetensors"))
    try record.write(to: URL(fileURLWithPath: "\(directory)/training.json"))
  }

  /// 160x160 pixels, four colours.
  private static let photograph = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/images/photograph.png").path

  /// One step of the tutorial's network, with the small options of documented commands.
  private static let files = Result {
    try withDirectory { (directory: String) throws in
      let outcome = Outcome([
        "train", "cifar10-tutorial", "--data", "synthetic", "--batch-size", "2", "--steps", "1", "--queue", "4",
        "--threads", "1", "--no-verify", "--checkpoints", directory, "--output", "\(directory)/x.json",
      ])
      try #require(outcome.status == 0, "\(outcome.err)")
      return try (
        Data(contentsOf: URL(fileURLWithPath: "\(directory)/checkpoint-1.safetensors")),
        Data(contentsOf: URL(fileURLWithPath: "\(directory)/x.json"))
      )
    }
  }
}
