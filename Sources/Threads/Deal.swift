import Synchronization

/// Blocks that the workers of a job take one after another: each begins with a contiguous share, in order, and who has
/// finished it takes the last blocks of others.
///
/// Where a core is slower or interrupted, the job then waits for one block, not for half of the work; where none is, each
/// worker reads its share from front to end, as with a fixed division.
/// Source: Blumofe & Leiserson 1999 for stealing; there is nothing to spawn here, so two numbers replace the deque.
final class Deal: @unchecked Sendable {
  private let workers: Int
  /// What is left of each worker's share: the first block in the lower half of a word, the end in the upper one. Shares
  /// are a cache line apart.
  private let shares: UnsafeMutablePointer<Atomic<UInt64>>
  private static let pitch = 64 / MemoryLayout<Atomic<UInt64>>.stride

  init(workers: Int) {
    self.workers = workers
    shares = .allocate(capacity: workers * Self.pitch)
    for index in 0..<workers * Self.pitch { (shares + index).initialize(to: Atomic(0)) }
  }

  deinit {
    shares.deinitialize(count: workers * Self.pitch)
    shares.deallocate()
  }

  /// While no worker takes any: the blocks of `worker` to begin with. There are at most 2^32 - 1.
  func give(_ blocks: Range<Int>, to worker: Int) {
    shares[worker * Self.pitch].store(Self.word(blocks.lowerBound, blocks.upperBound), ordering: .relaxed)
  }

  /// The next block for `worker`; nil where nobody has one left. What the blocks' work writes is ordered by the barrier or
  /// the end of the job, not by this.
  func next(_ worker: Int) -> Int? {
    if let block = take(from: worker, last: false) { return block }
    for step in 1..<max(workers, 2) {
      if let block = take(from: (worker + step) % workers, last: true) { return block }
    }
    return nil
  }

  private func take(from owner: Int, last: Bool) -> Int? {
    let share = shares + owner * Self.pitch
    var left = share.pointee.load(ordering: .relaxed)
    while true {
      let (first, end) = (Int(left & 0xffff_ffff), Int(left >> 32))
      guard first < end else { return nil }
      let rest = last ? Self.word(first, end - 1) : Self.word(first + 1, end)
      let (isTaken, current) = share.pointee.weakCompareExchange(expected: left, desired: rest, ordering: .relaxed)
      if isTaken { return last ? end - 1 : first }
      left = current
    }
  }

  private static func word(_ first: Int, _ end: Int) -> UInt64 { UInt64(end) << 32 | UInt64(first) }
}
