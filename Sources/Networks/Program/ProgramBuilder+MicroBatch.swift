import Convolution

extension ProgramBuilder {
  /// Images that a convolution takes at a time.
  ///
  /// The whole batch, but next to a batch norm: the 1x1 and depthwise convolutions there, and the norm's passes over
  /// memory, take as long as the tensors take to load and store, unless they are still in the cache from one to the next.
  /// So there it is as many as let what is in use around a convolution stay in a quarter of the last-level cache, which
  /// other programs share.
  func microBatch(_ index: Int) -> Int {
    let hasBias = layers[index].parameters.contains { $0.role == .biases }
    guard isNormalized(index), !hasBias else { return batch }
    // Three of each: the activation, the gradient, and what the norm keeps or makes of it. Without gradients nothing ends
    // a group but another micro-batch, so the largest is that of all; of a block only what goes in and comes out is stored.
    let imageFloats = pass.hasGradients ? 3 * floats(around: index) : storedFloats.max()!
    let fitting = max(caches.last / 4 / (imageFloats * MemoryLayout<Float>.stride), 1)
    return (1...batch).last { $0 <= fitting && batch % $0 == 0 }!
  }

  private func floats(around index: Int) -> Int { layers[index].input.count + layers[index].output.count }

  /// Of each normalized convolution and each block: the floats of an image around it.
  private var storedFloats: [Int] {
    let inBlocks = Set(blocks.values.flatMap(\.convolutions))
    return layers.indices.filter { isNormalized($0) && !inBlocks.contains($0) }.map(floats(around:))
      + blocks.values.map { layers[$0.convolutions[0]].input.count + layers[$0.convolutions[2]].output.count }
  }

  /// Whether a convolution's output goes as it is into the batch norm that follows it, and nowhere else.
  func isNormalized(_ index: Int) -> Bool {
    guard layers[index].problem != nil, layers[index].activation == .none, let reader = adjacentReader(of: index),
      case .batchNormalization = layers[reader].kind
    else { return false }
    return true
  }

  /// The layer that alone reads `index`, if it is the next one: whatever stood between might end the group.
  func adjacentReader(of index: Int) -> Int? { soleReader(of: index).flatMap { $0 == index + 1 ? $0 : nil } }

  /// What a convolution with a folded batch norm puts out, as the output of `last`: the micro-batch at hand, where all that
  /// read it take the same micro-batch in the same group.
  func foldedOutput(_ index: Int, last: Int) -> Tensor {
    let end = readers[last]?.max() ?? layers.count
    let staysInGroup = (index...end).allSatisfy { isFoldable($0) }
    return microBatchTensor(
      layers[last].name, images: staysInGroup ? microBatch(index) : batch, of: layers[last].output.count)
  }

  private func isFoldable(_ index: Int) -> Bool {
    guard index < layers.count else { return false }
    return switch layers[index].kind {
    case .convolution: isNormalized(index) && microBatch(index) < batch
    case .batchNormalization: layers[index].inputs[0].map(isNormalized) ?? false
    case .add: true
    default: false
    }
  }

  /// The gradient of a layer's output, of the whole batch or of the micro-batch at hand.
  func gradientTensor(_ index: Int, images: Int? = nil) -> Tensor {
    microBatchTensor("gradient/\(layers[index].name)", images: images ?? batch, of: layers[index].output.count)
  }

  func microBatchTensor(_ name: String, images: Int, of count: Int) -> Tensor {
    Tensor(name, images: images, of: count, images < batch ? .microBatch : .transient)
  }
}
