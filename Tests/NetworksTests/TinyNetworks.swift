import Networks
import Tensors
import Testing

/// A network of a few hundred parameters around one kind of layer.
struct TinyNetwork: Sendable, CustomTestStringConvertible {
  let layers: [Layer]
  let testDescription: String
  let batch: Int

  /// - Parameter build: ends in the outputs whose l2 loss is differentiated.
  init(_ name: String, image: Int = 6, batch: Int = 2, _ build: @escaping @Sendable (inout LayerBuilder) -> Void) {
    self.init(name, input: ImageShape(height: image, width: image, channels: 3), batch: batch, build)
  }

  init(
    _ name: String, input: ImageShape, batch: Int = 2, _ build: @escaping @Sendable (inout LayerBuilder) -> Void
  ) {
    testDescription = name
    self.batch = batch
    layers = try! Network(name, summary: "", citation: "", input: input, layers: build).layers()
  }

  /// Every kind of layer that a network can have, and what surrounds it in the models. Below each is a layer with
  /// parameters, which see the gradient of its input.
  static let all = singleLayers + branches + windows
}

extension LayerBuilder {
  mutating func normalized(
    _ name: String, channels: Int, kernel: LayerBuilder.Extent = 3, stride: LayerBuilder.Extent = 1
  ) {
    convolution(name, channels: channels, kernel: kernel, stride: stride, bias: false)
    batchNormalization(activation: .relu6)
  }

  /// What follows the expansion.
  mutating func depthwiseBlock(_ name: String, channels: Int, stride: LayerBuilder.Extent) {
    depthwise("\(name)/depthwise", kernel: 3, stride: stride)
    batchNormalization(activation: .relu6)
    convolution("\(name)/project", channels: channels, kernel: 1, bias: false)
    batchNormalization()
  }
}
