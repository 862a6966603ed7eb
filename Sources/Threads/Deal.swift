import Synchronization

/// Deals blocks of a job to its workers. Each worker takes its own contiguous share in order; when that is finished, it
/// takes the last blocks of the others.
///
/// If a core is slow or interrupted, the job waits for one block of it and not for half of the work. If none is, each
/// worker reads its share from front to end, as with a fixed division.
/// Source: Blumofe & Leiserson 1999 for work stealing. Nothing is spawned here, so two numbers replace the deque.
final class Deal: @unchecked Sendable {
  private let workers: Int
  /// The blocks that are left of each worker's share: the first one in the lower half of a word, the end in the upper
  /// half. Shares lie a cache line apart, so that workers do not wait for each other's writes.
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

  /// Gives `worker` its share, of at most 2^32 - 1 blocks. No worker may take blocks meanwhile.
  func give(_ blocks: Range<Int>, to worker: Int) {
    shares[worker * Self.pitch].store(Self.word(blocks.lowerBound, blocks.upperBound), ordering: .relaxed)
  }

  /// The next block for `worker`; nil when no block is left. It orders no memory accesses: the barrier or the end of
  /// the job makes the results of one worker visible to others.
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
