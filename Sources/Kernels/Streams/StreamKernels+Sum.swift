extension StreamKernels {
  /// The sum of `count` values, read and added `rounds` times.
  ///
  /// Eight chains cover an addition of latency 4 on two units, so that the loads take the time. Rounds are in here
  /// because a first-level cache is read in less time than a call takes.
  @inlinable @inline(never)
  public static func sum(_ values: Source, count: Int, rounds: Int) -> Float {
    let block = 8 * Lanes.count
    let zero = Lanes.zero
    var sums: InlineArray<8, Lanes> = [zero, zero, zero, zero, zero, zero, zero, zero]
    for _ in 0..<rounds {
      let end = count / block * block
      for index in stride(from: 0, to: end, by: block) {
        let place = values + index
        Count8.forEach { i in sums[unchecked: i] = sums[unchecked: i] + Lanes(load: place + i * Lanes.count) }
      }
      for index in stride(from: end, to: count, by: Lanes.count) {
        sums[unchecked: 0] = sums[unchecked: 0] + Lanes(load: values + index, lanes: min(Lanes.count, count - index))
      }
    }
    var sum = zero
    Count8.forEach { i in sum = sum + sums[unchecked: i] }
    return sum.sum()
  }
}
