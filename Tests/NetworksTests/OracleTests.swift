import Convolution
import Foundation
import Networks
import Testing
import Threads

/// Every network against PyTorch, for every back end.
@Suite struct OracleTests {
  static let files = [
    ("alexnet", "alexnet"), ("alexnet-owt", "alexnet-owt"), ("vgg16", "vgg16"), ("vgg16-2048", "vgg16-2048"),
    ("mobilenetv2", "mobilenetv2-batch"), ("mobilenetv2", "mobilenetv2-moving"),
    ("mobilenetv2-tutorial", "mobilenetv2-tutorial-batch"), ("mobilenetv2-tutorial", "mobilenetv2-tutorial-moving"),
  ]
  static let backends = [BackendChoice.automatic] + Backends.all.map(\.name)

  @Test(arguments: files, backends)
  func matchesPyTorch(file: (model: String, name: String), backend: String) throws {
    let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let path = directory.appendingPathComponent("Fixtures/oracle/\(file.name).safetensors").path
    let reference = try ReferenceFile(path: path, model: #require(Zoo.named(file.model)))
    let context = ExecutionContext(pool: ThreadPool(count: 2))
    for pass in reference.passes {
      for comparison in try reference.compare(pass, choice: BackendChoice(backend), in: context) {
        #expect(
          comparison.passed, "\(file.name) \(backend) \(pass.rawValue) \(comparison.tensor): \(comparison.deviation)")
      }
    }
  }
}
