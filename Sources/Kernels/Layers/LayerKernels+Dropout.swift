// A plain loop: see Elementwise.swift.

extension LayerKernels {
  /// destination[i] = source[i] / keep with probability `keep`, else 0, so that the expected sum stays the same.
  ///
  /// The mask is a function of the seed and i alone. The bits are those of i mixed by two rounds of a multiplication
  /// and a shift (the constants of Wellons's "lowbias32", 2018): 32-bit integers, because AVX2 multiplies no others.
  @inlinable @inline(never)
  public static func dropout(
    _ source: Source, into destination: Destination, _ range: Range<Int>, seed: UInt64, keep: Float
  ) {
    let (low, high) = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let last = UInt32(Double(keep) * 0x1p32 - 1)
    let scale = 1 / keep
    for i in range {
      var bits = UInt32(truncatingIfNeeded: i) &+ low
      bits = (bits ^ (bits >> 16)) &* 0x7feb_352d &+ high
      bits = (bits ^ (bits >> 15)) &* 0x846c_a68b
      bits ^= bits >> 16
      destination[i] = bits <= last ? source[i] * scale : 0
    }
  }
}
