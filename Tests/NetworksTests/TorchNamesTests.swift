import Convolution
import Foundation
import Tensors
import Testing
import Threads

@testable import Networks

/// PyTorch's names and layouts of a network that torchvision has, and tensors that nobody asks for.
@Suite struct TorchNamesTests {
  /// The committed reference, written as PyTorch would: [outputs, inputs, height, width], channels first, no gradients.
  @Test(arguments: [
    ("vgg16", [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]), ("vgg11", [0, 3, 6, 8, 11, 13, 16, 18]),
  ])
  func aFileOfTorchvisionAgrees(_ model: String, _ convolutions: [Int]) throws {
    let network = try #require(Zoo.named(model))
    let tests = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" }
    let reference = try ReferenceFile(path: "\(tests)/Fixtures/oracle/\(model).safetensors", model: network)
    func values(_ name: String) throws -> ([Int], [Float]) {
      let shape = try reference.file.shape(of: name)
      var values = [Float](repeating: 0, count: shape.reduce(1, *))
      try reference.file.copy(name, to: &values, count: values.count)
      return (shape, values)
    }
    func transposed(_ tensor: ([Int], [Float]), _ axes: [Int]) -> ([Int], [Float]) {
      let (shape, values) = tensor
      let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
      let result = axes.map { shape[$0] }
      return (
        result,
        values.indices.map { index in
          var (rest, source) = (index, 0)
          for axis in axes.indices.reversed() {
            source += rest % result[axis] * strides[axes[axis]]
            rest /= result[axis]
          }
          return values[source]
        }
      )
    }
    var tensors: [(name: String, shape: [Int], values: [Float])] = []
    func add(_ name: String, _ tensor: ([Int], [Float])) { tensors.append((name, tensor.0, tensor.1)) }
    add("input", transposed(try values("input"), [0, 3, 1, 2]))
    add("logits", try values("logits"))
    let features = convolutions.map { "features.\($0)" }
    let classifier = [0, 3, 6].map { "classifier.\($0)" }
    let weighted = reference.layers.filter { layer in layer.parameters.contains { $0.name.hasSuffix("/weights") } }
    for (layer, module) in zip(weighted, features + classifier) {
      let weights = try values("\(layer.name)/weights")
      if layer.isConvolution {
        add("\(module).weight", transposed(weights, [3, 2, 0, 1]))
      } else {
        let (height, width) = (layer.input.height, layer.input.width)
        let image = ([height, width, weights.0[0] / (height * width), weights.0[1]], weights.1)
        let stored = transposed(image, [3, 2, 0, 1])
        add("\(module).weight", ([weights.0[1], weights.0[0]], stored.1))
      }
      add("\(module).bias", try values("\(layer.name)/biases"))
    }
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("torch-\(UUID()).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Safetensors.write(tensors, to: path)
    let torch = try ReferenceFile(path: path, model: network)
    #expect(torch.passes == [.forward] && torch.notes.contains { $0.contains("PyTorch's names") })
    let context = ExecutionContext(pool: ThreadPool(count: 1))
    let comparisons = try torch.compare(.forward, choice: BackendChoice(), in: context)
    #expect(comparisons.allSatisfy { $0.passed }, "\(comparisons[0].error)")
    #expect(throws: TensorFileError.self) { try ReferenceFile(path: path, model: .mobilenetV2) }
  }
}
