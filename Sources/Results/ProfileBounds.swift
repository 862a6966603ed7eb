/// What a machine can do, for the threads and the instruction set of a profile: the roofs that its layers are compared
/// with.
package struct ProfileBounds: Codable, Equatable, Sendable {
  /// What limits a layer.
  package enum Kind: String, Codable, CodingKeyRepresentable, Sendable {
    case compute
    /// The bandwidth of a cache that holds all of the layer's tensors.
    case cache
    case memory
  }

  /// A level of the memory hierarchy.
  package struct Level: Codable, Equatable, Sendable {
    package var name: String
    /// The bytes that fit into it, of all threads together; nil for memory.
    package var capacity: Int?
    /// Bytes per second.
    package var bandwidth: Double

    package init(name: String, capacity: Int?, bandwidth: Double) {
      self.name = name
      self.capacity = capacity
      self.bandwidth = bandwidth
    }

    enum CodingKeys: String, CodingKey {
      case name
      case capacity = "capacity_bytes"
      case bandwidth = "bandwidth_bytes_per_s"
    }
  }

  /// FLOP/s of multiply-adds.
  package var peak: Double
  /// From the smallest to memory.
  package var levels: [Level]

  package init(peak: Double, levels: [Level]) {
    self.peak = peak
    self.levels = levels
  }

  enum CodingKeys: String, CodingKey {
    case levels
    case peak = "peak_flops_per_s"
  }

  /// The shortest time in seconds for so much work, and what sets it. Data comes from the smallest level that holds all
  /// of it.
  package func bound(flop: Double, bytes: Double) -> (kind: Kind, time: Double)? {
    guard peak > 0, flop > 0 || bytes > 0 else { return nil }
    let computing = flop / peak
    guard let level = levels.first(where: { $0.capacity.map { bytes <= Double($0) } ?? true }) ?? levels.last else {
      return flop > 0 ? (.compute, computing) : nil
    }
    let moving = bytes / level.bandwidth
    return computing >= moving ? (.compute, computing) : (level.capacity == nil ? .memory : .cache, moving)
  }
}
