import Convolution
import Foundation
import Networks
import Tensors
import Testing
import Threads

/// Every network against PyTorch, for every back end.
@Suite struct OracleTests {
  /// Every fixture; its metadata names the model.
  static let files: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: directory)
    return (names ?? []).filter { $0.hasSuffix(".safetensors") }.sorted().map { "\(directory)/\($0)" }
  }()
  private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/oracle").path
  static let backends = [BackendChoice.automatic] + Backends.all.map(\.name)

  @Test func coversEveryModel() throws {
    let models = try Self.files.map { try Safetensors(path: $0).metadata["model"] }
    for network in Zoo.all { #expect(models.contains(network.name), "\(network.name) has no fixture") }
  }

  @Test(arguments: files, backends)
  func matchesPyTorch(path: String, backend: String) throws {
    let model = try #require(Safetensors(path: path).metadata["model"])
    let reference = try ReferenceFile(path: path, model: #require(Zoo.named(model)))
    let context = ExecutionContext(pool: ThreadPool(count: 2))
    for pass in reference.passes {
      for comparison in try reference.compare(pass, choice: BackendChoice(backend), in: context) {
        #expect(comparison.passed, "\(path) \(backend) \(pass.rawValue) \(comparison.tensor): \(comparison.error)")
      }
    }
  }

  /// Where kinks make a gradient uncertain it may deviate three times as far as disturbances move it; a tenth is never
  /// right.
  @Test(arguments: [
    (9e-4, 0.0, true), (2e-3, 0, false), (2e-3, 1e-3, true), (4e-3, 1e-3, false), (0.09, 0.5, true), (0.11, 0.5, false),
    (.nan, 0.5, false),
  ])
  func toleranceFollowsSensitivity(size: Double, sensitivity: Double, passes: Bool) {
    let error = RelativeError(max: size, relativeL2: size)
    #expect(Comparison(tensor: "gradient/x", error: error, sensitivity: sensitivity).passed == passes)
    #expect(!Comparison(tensor: "logits", error: error, sensitivity: sensitivity).passed)
  }
}
