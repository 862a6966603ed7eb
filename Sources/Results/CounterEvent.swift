/// An event that the processor or the kernel counts for one thread.
package enum CounterEvent: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
  // Events of the processor.
  case cycles, instructions
  case branchMisses = "branch_misses"
  /// Loads that miss the first-level data cache.
  case l1dMisses = "l1d_misses"
  /// Loads that miss the last-level cache; many AMD processors do not count them.
  case lastLevelMisses = "last_level_misses"
  /// Loads whose address translation misses the TLB.
  case dtlbMisses = "dtlb_misses"

  // Events of the kernel.
  /// The nanoseconds that the thread ran.
  case taskClock = "task_clock_ns"
  case pageFaults = "page_faults"

  /// The name in a table or a sentence.
  package var words: String {
    switch self {
    case .cycles: "cycles"
    case .instructions: "instructions"
    case .branchMisses: "branch misses"
    case .l1dMisses: "L1d misses"
    case .lastLevelMisses: "last-level misses"
    case .dtlbMisses: "dTLB misses"
    case .taskClock: "task clock"
    case .pageFaults: "page faults"
    }
  }
}
