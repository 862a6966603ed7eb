import Results

/// Reads memory as fast as possible, which gives the slope of a roofline.
package enum MemoryRead {
  /// The number of bytes to read so that nearly all of them come from memory: 512 MiB or four times the largest cache,
  /// whichever is more, and at most a quarter of what is available.
  ///
  /// - Returns: nil where that is less than four times the largest cache, because much of it would stay there.
  package static func byteCount(available: Int?, caches: [Cache]) -> Int? {
    let least = 4 * (caches.map(\.sizeBytes).max() ?? 32 << 20)
    let bytes = min(max(512 << 20, least), (available ?? .max) / 4)
    return bytes >= least ? bytes : nil
  }

  /// The sum of the floats at `base`. It has four chains of additions, so that the loads take the time.
  ///
  /// - Parameters:
  ///   - base: aligned to 64 bytes
  ///   - byteCount: a multiple of 256
  package static func sum(_ base: UnsafeRawPointer, byteCount: Int) -> Float {
    var (a, b, c, d) = (SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero)
    for offset in stride(from: 0, to: byteCount, by: 256) {
      a += base.load(fromByteOffset: offset, as: SIMD16<Float>.self)
      b += base.load(fromByteOffset: offset + 64, as: SIMD16<Float>.self)
      c += base.load(fromByteOffset: offset + 128, as: SIMD16<Float>.self)
      d += base.load(fromByteOffset: offset + 192, as: SIMD16<Float>.self)
    }
    return (a + b + c + d).sum()
  }
}
