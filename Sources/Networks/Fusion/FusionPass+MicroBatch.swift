extension FusionPass {
  /// Divisors of the batch, largest first.
  var microBatches: [Int] { (1...batch).reversed().filter { batch.isMultiple(of: $0) } }

  /// Whether `images` images with so many floats each stay in a quarter of the last-level cache, which other programs
  /// share.
  func fit(_ images: Int, floats: Int) -> Bool { images * floats * MemoryLayout<Float>.stride <= caches.last / 4 }
}
