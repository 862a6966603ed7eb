/// Independent chains of multiply-adds in `fmaPeak`: 2 x `Lanes.count` x this many FLOP an iteration.
public let fmaPeakChains = 12

extension KernelSet {
  /// Keeps every multiply-add unit busy: twelve independent chains cover latency 4 on two units and fit in sixteen
  /// registers.
  /// - Parameter result: `Lanes.count` floats that depend on every operation, so that none can be removed.
  @inlinable @inline(never)
  public static func fmaPeak(iterations: Int, result: Destination) {
    let zero = Lanes.zero
    var chains: InlineArray<12, Lanes> = [
      zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero,
    ]
    // |factor| < 1 keeps the chains bounded: no overflow, no denormals.
    let factor = Lanes(0.5)
    let addend = Lanes(1.25)
    for _ in 0..<iterations {
      Count12.forEach { i in chains[unchecked: i] = addend.adding(chains[unchecked: i], times: factor) }
    }
    var sum = zero
    Count12.forEach { i in sum = sum + chains[unchecked: i] }
    sum.store(to: result)
  }
}
