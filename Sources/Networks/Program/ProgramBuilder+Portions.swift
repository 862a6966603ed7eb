import Convolution

extension ProgramBuilder {
  /// Images that a convolution takes at a time.
  ///
  /// The whole batch, but next to a batch norm: its passes over memory cost as much as the multiplications of a 1x1 or
  /// depthwise convolution, unless the tensors are still in the cache from one to the next. So there it is as many as let
  /// what is in use around the convolution stay in half of the last-level cache.
  func portion(_ index: Int) -> Int {
    let layer = layers[index]
    let hasBias = layer.parameters.contains { $0.role == .biases }
    guard pass.hasGradients, isNormalized(index), !hasBias else { return batch }
    // Three of each: the activation, the gradient, and what the norm keeps or makes of it.
    let imageBytes = 3 * (layer.input.count + layer.output.count) * MemoryLayout<Float>.stride
    let fitting = max(caches.last / 2 / imageBytes, 1)
    return (1...batch).last { $0 <= fitting && batch % $0 == 0 }!
  }

  /// Whether a convolution's output goes into a batch norm as it is, and nowhere else.
  func isNormalized(_ index: Int) -> Bool {
    guard layers[index].problem != nil, layers[index].activation == .none, let reader = soleReader(of: index),
      case .batchNormalization = layers[reader].operation
    else { return false }
    return true
  }

  /// The gradient of a layer's output, of the whole batch or of the portion at hand.
  func gradientTensor(_ index: Int, images: Int? = nil) -> Tensor {
    Tensor("gradient/\(layers[index].name)", images: images ?? batch, of: layers[index].output.count)
  }
}
