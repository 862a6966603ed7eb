import Convolution

/// How the time of an instruction that computes several layers divides among them.
package final class Laps {
  package let layers: [String]
  private let sums: UnsafeMutablePointer<UInt64>
  /// Counts nanoseconds; nil where nobody asks.
  package var clock: (() -> UInt64)?

  init(_ layers: [String]) {
    self.layers = layers
    sums = .allocate(capacity: layers.count)
    sums.initialize(repeating: 0, count: layers.count)
  }

  deinit { sums.deallocate() }

  /// What a plan is to add its stages to, or nil.
  var stages: StageLaps? { clock.map { StageLaps(clock: $0, sums: sums) } }

  /// Each layer's part of the time since the last call.
  func takeParts() -> [Double] {
    let total = Double((0..<layers.count).reduce(0) { $0 + sums[$1] })
    return layers.indices.map { index in
      defer { sums[index] = 0 }
      return total > 0 ? Double(sums[index]) / total : 1 / Double(layers.count)
    }
  }
}
