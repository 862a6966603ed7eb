import CVector

extension StreamKernels {
  /// a[i] = b[i] + scale * c[i], `rounds` times; the sign of `scale` changes after each round, because some processors
  /// do not write what is there already. The three arrays do not overlap.
  ///
  /// Source: McCalpin 1995, Memory Bandwidth and Machine Balance in Current High Performance Computers (STREAM)
  ///
  /// - a: aligned to 64 bytes where the stores are non-temporal
  @inlinable @inline(never)
  public static func triad(
    _ b: Source, _ c: Source, scale: Float, into a: Destination, count: Int, rounds: Int, nonTemporal: Bool
  ) {
    var scale = scale
    for _ in 0..<rounds {
      if nonTemporal {
        triadRound(b, c, scale, a, count, nonTemporal: true)
      } else {
        triadRound(b, c, scale, a, count, nonTemporal: false)
      }
      scale = -scale
    }
    if nonTemporal { cvector_store_fence() }
  }

  @inlinable @inline(__always)
  static func triadRound(
    _ b: Source, _ c: Source, _ scale: Float, _ a: Destination, _ count: Int, nonTemporal: Bool
  ) {
    let factor = Lanes(scale)
    let block = 4 * Lanes.count
    let end = count / block * block
    for index in stride(from: 0, to: end, by: block) {
      Count4.forEach { i in
        let place = index + i * Lanes.count
        Lanes(load: b + place).adding(Lanes(load: c + place), times: factor)
          .store(to: a + place, nonTemporal: nonTemporal)
      }
    }
    for index in end..<count { a[index] = b[index] + scale * c[index] }
  }
}
