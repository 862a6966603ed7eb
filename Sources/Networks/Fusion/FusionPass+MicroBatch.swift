import Convolution

extension FusionPass {
  /// Divisors of the batch, largest first.
  var microBatches: [Int] { (1...batch).reversed().filter { batch.isMultiple(of: $0) } }

  /// Whether `images` images with so many floats each stay in the caches while they are in use.
  func fit(_ images: Int, floats: Int) -> Bool {
    images * floats * MemoryLayout<Float>.stride <= CachePolicy(caches).microBatchBytes
  }
}
