import Results

/// The working sets with which the bandwidth of each level of memory is measured. Each thread streams through a part of
/// its own.
///
/// - L1 and L2: half of the caches of the threads.
/// - Last-level cache: four times the second-level caches of the threads, so that these hold little of it, and at most
///   half of the last-level cache, so that it stays there. A virtual machine is told the size of its host's cache, of
///   which it has an unknown part. So the size follows the second level and is as small as it can be. There is none
///   where less than twice the second-level caches would be left.
/// - DRAM: 512 MiB or four times the last-level caches, whichever is more, and at most a quarter of the memory that is
///   available. There is none where that is less than four times these caches, because much of it would stay there.
///
/// Where the system does not describe its caches, the first two have sizes that any processor's caches hold.
package struct StreamSizes: Equatable, Sendable {
  package let threads: Int
  private var bytesPerThread: [MemoryLevel: Int]

  /// Half of 32 KiB and half of 256 KiB.
  private static let (unknownFirst, unknownSecond) = (16 << 10, 128 << 10)
  /// The last-level cache of a machine that does not describe its own, for the size of DRAM's working set.
  private static let unknownLast = 32 << 20

  package init(_ machine: Machine, threads: Int) {
    let caches = ThreadCaches(machine, threads: threads)
    var sizes: [MemoryLevel: Int] = [:]
    sizes[.l1] = caches.total(.l1, .fewest).map { $0 / 2 } ?? threads * Self.unknownFirst
    sizes[.l2] = caches.total(.l2, .fewest).map { $0 / 2 } ?? threads * Self.unknownSecond
    if let second = caches.total(.l2, .most), let last = caches.total(.llc, .fewest) {
      let bytes = min(4 * second, last / 2)
      if bytes >= 2 * second { sizes[.llc] = bytes }
    }
    let last = caches.total(.llc, .most) ?? caches.total(.l2, .most) ?? Self.unknownLast
    let bytes = min(max(512 << 20, 4 * last), (machine.availableMemoryBytes ?? .max) / 4)
    if bytes >= 4 * last { sizes[.dram] = bytes }
    self.init(threads: threads, bytes: sizes)
  }

  /// - Parameter bytes: of all threads together, rounded down to whole pages for each thread
  package init(threads: Int, bytes: [MemoryLevel: Int]) {
    self.threads = threads
    bytesPerThread = bytes.mapValues { max($0 / threads / 4096, 1) * 4096 }
  }

  /// The bytes of one thread; nil where the level cannot be measured.
  package subscript(level: MemoryLevel) -> Int? { bytesPerThread[level] }

  /// The levels that can be measured, the nearest first.
  package var levels: [MemoryLevel] { MemoryLevel.allCases.filter { self[$0] != nil } }

  package var largest: Int { bytesPerThread.values.max() ?? 0 }

  /// The sizes of the read curve for one thread: powers of two from 16 KiB to the largest working set.
  package var curve: [Int] { (14..<60).map { 1 << $0 }.filter { $0 <= largest } }

  /// The same without DRAM, for a system that refuses so much memory.
  package func withoutDRAM() -> StreamSizes {
    var sizes = self
    sizes.bytesPerThread[.dram] = nil
    return sizes
  }
}

/// The caches that some threads have, together. Where threads may share a cache it is not known how many there are: the
/// system places threads as it likes.
struct ThreadCaches {
  enum Placement {
    /// As many threads on each cache as share it.
    case fewest
    /// The threads on as many caches as the machine has.
    case most
  }

  private let machine: Machine
  private let threads: Int

  init(_ machine: Machine, threads: Int) { (self.machine, self.threads) = (machine, threads) }

  /// Bytes; nil where the machine has no such cache or does not describe it. A second level behind which there is
  /// nothing is no last-level cache.
  func total(_ level: MemoryLevel, _ placement: Placement) -> Int? {
    let data = machine.caches.filter { $0.type != "Instruction" && $0.sizeBytes > 0 }
    let cache: Cache? =
      switch level {
      case .l1: data.first { $0.level == 1 }
      case .l2: data.first { $0.level == 2 }
      case .llc: data.filter { $0.level > 2 }.max { $0.level < $1.level }
      case .dram: nil
      }
    guard let cache else { return nil }
    let cores = max(machine.logicalCores ?? machine.availableCores, 1)
    let sharers = max(cache.sharedBy ?? (level == .llc ? cores : 1), 1)
    func caches(of threads: Int) -> Int { (threads + sharers - 1) / sharers }
    let most = caches(of: cores)
    return cache.sizeBytes * min(placement == .fewest ? caches(of: threads) : threads, most)
  }
}
