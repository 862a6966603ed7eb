/// Streams through memory that measure bandwidth. Wide vectors matter here too: a core with AVX-512 reads twice as much
/// of its second-level cache in a cycle with them as with vectors of half the width.
public protocol StreamKernels: VectorKernels {
  static func sum(_ values: Source, count: Int, rounds: Int) -> Float
  static func triad(
    _ b: Source, _ c: Source, scale: Float, into a: Destination, count: Int, rounds: Int, nonTemporal: Bool)
}
