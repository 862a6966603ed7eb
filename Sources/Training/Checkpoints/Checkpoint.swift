import Foundation
import Tensors

/// The state of a training between two steps.
///
/// In the file parameters have their own names, and what belongs to them the suffixes that TensorFlow's checkpoints have.
package struct Checkpoint {
  package static let averageSuffix = "/ExponentialMovingAverage"
  package static let velocitySuffix = "/Momentum"
  private static let format = "bench training 1"

  /// Steps that were made.
  package let step: Int
  /// The moving average of the loss; nil before the first step.
  package let lossAverage: Double?
  package let settings: TrainingSettings
  package let tensors: [Safetensors.Content]

  func data() throws -> Data {
    var metadata = ["format": Self.format, "step": "\(step)", "settings": settings.text]
    if let lossAverage { metadata["loss_average"] = "\(lossAverage)" }
    return try Safetensors.data(tensors, metadata: metadata)
  }
}

extension Checkpoint {
  /// A checkpoint's file, whose tensors are copied when they are needed.
  package struct File {
    package let step: Int
    package let lossAverage: Double?
    package let settings: TrainingSettings
    private let file: Safetensors

    /// - Throws: `CheckpointError` where the file is damaged or no checkpoint
    package init(path: String) throws(CheckpointError) {
      do { file = try Safetensors(path: path) } catch { throw CheckpointError("\(error)") }
      guard file.metadata["format"] == Checkpoint.format, let step = file.metadata["step"].flatMap({ Int($0) }),
        let settings = file.metadata["settings"].flatMap({ TrainingSettings(text: $0) })
      else { throw CheckpointError("\(path): this is no checkpoint of `bench train`; give the directory of one.") }
      self.step = step
      self.settings = settings
      lossAverage = file.metadata["loss_average"].flatMap { Double($0) }
    }

    /// - Throws: `CheckpointError` where there is no such tensor or it has another size
    package func copy(_ name: String, to destination: UnsafeMutablePointer<Float>, count: Int) throws(CheckpointError) {
      do { try file.copy(name, to: destination, count: count) } catch { throw CheckpointError("\(error)") }
    }
  }
}
