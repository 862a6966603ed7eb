import CCounters
import Results

extension CounterEvent {
  /// The processor's events. Each group is counted at the same time, and is small enough for the counters of any
  /// processor.
  package static let hardware: [[CounterEvent]] = [
    [.cycles, .instructions, .branchMisses], [.l1dMisses, .lastLevelMisses, .dtlbMisses],
  ]

  /// The kernel's events, which virtual machines have too.
  package static let software: [[CounterEvent]] = [[.taskClock, .pageFaults]]

  /// `type` and `config` of `perf_event_attr`.
  var attributes: (type: UInt32, config: UInt64) {
    switch self {
    case .cycles: Self.hardware(PERF_COUNT_HW_CPU_CYCLES)
    case .instructions: Self.hardware(PERF_COUNT_HW_INSTRUCTIONS)
    case .branchMisses: Self.hardware(PERF_COUNT_HW_BRANCH_MISSES)
    case .l1dMisses: Self.readMisses(PERF_COUNT_HW_CACHE_L1D)
    case .lastLevelMisses: Self.readMisses(PERF_COUNT_HW_CACHE_LL)
    case .dtlbMisses: Self.readMisses(PERF_COUNT_HW_CACHE_DTLB)
    case .taskClock: Self.software(PERF_COUNT_SW_TASK_CLOCK)
    case .pageFaults: Self.software(PERF_COUNT_SW_PAGE_FAULTS)
    }
  }

  private static func hardware(_ event: perf_hw_id) -> (UInt32, UInt64) {
    (PERF_TYPE_HARDWARE.rawValue, UInt64(event.rawValue))
  }

  private static func software(_ event: perf_sw_ids) -> (UInt32, UInt64) {
    (PERF_TYPE_SOFTWARE.rawValue, UInt64(event.rawValue))
  }

  private static func readMisses(_ cache: perf_hw_cache_id) -> (UInt32, UInt64) {
    let config =
      cache.rawValue | PERF_COUNT_HW_CACHE_OP_READ.rawValue << 8
      | PERF_COUNT_HW_CACHE_RESULT_MISS.rawValue << 16
    return (PERF_TYPE_HW_CACHE.rawValue, UInt64(config))
  }
}
