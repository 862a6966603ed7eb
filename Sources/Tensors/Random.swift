import RealModule

/// A stream of random numbers that depends on its seed and name alone, on every machine.
///
/// Source: SplitMix64 (Steele, Lea & Flood 2014), one additive counter and a mixing function.
package struct Random: RandomNumberGenerator, Sendable {
  private var state: UInt64
  private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

  package init(seed: UInt64) { state = seed }

  /// Makes a separate stream for each name, so that the values of a tensor do not depend on the sizes of others.
  package init(seed: UInt64, stream name: String) {
    // This is FNV-1a, because the standard library's `Hasher` is seeded anew in every process.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    state = seed &* Self.step ^ hash
    _ = next()
  }

  package mutating func next() -> UInt64 {
    state &+= Self.step
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// The next number, uniform in [0, 1).
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// The next standard normal number (Box & Muller 1958). The second one of the pair is dropped, so that the stream has
  /// no other state than its counter.
  package mutating func normal() -> Double {
    let radius = (-2 * Double.log(1 - uniform())).squareRoot()
    return radius * Double.cos(2 * .pi * uniform())
  }
}

extension Random {
  /// Fills `count` floats from N(mean, deviation).
  package mutating func fillNormal(
    _ destination: UnsafeMutablePointer<Float>, count: Int, mean: Double = 0, deviation: Double
  ) {
    for index in 0..<count { destination[index] = Float(mean + deviation * normal()) }
  }

  /// Fills `count` floats uniformly from `range`. It is cheaper than `fillNormal`, and a network has a hundred million
  /// weights.
  package mutating func fillUniform(
    _ destination: UnsafeMutablePointer<Float>, count: Int, in range: ClosedRange<Float>
  ) {
    let scale = (range.upperBound - range.lowerBound) * 0x1p-24
    for index in 0..<count {
      destination[index] = range.lowerBound + scale * Float(Int32(truncatingIfNeeded: next() >> 40))
    }
  }
}
