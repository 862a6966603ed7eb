extension ProfileRecord {
  /// Holds each layer against the machine.
  package mutating func compare(with bounds: ProfileBounds) {
    self.bounds = bounds
    for index in layers.indices {
      let bound = bounds.bound(flop: layers[index].executedFLOP, bytes: layers[index].bytes)
      (layers[index].bound, layers[index].boundTime) = (bound?.kind, bound?.time)
    }
  }

  /// Whether a layer was clearly faster than its bound allows: then other programs ran when the bound was measured.
  package var beatsItsBounds: Bool {
    layers.contains { layer in layer.boundTime.map { layer.time < 0.95 * $0 } ?? false }
  }
}
