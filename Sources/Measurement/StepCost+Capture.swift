import CAllocationCount
import Glibc
import Results

extension StepCost {
  /// Whose events are captured.
  package enum Scope: Sendable {
    /// All threads of this process.
    case process
    /// The calling thread.
    case thread
  }

  /// Counts heap allocations from now on, in all threads. Without this call `allocations` is nil.
  package static func countAllocations() { allocation_count_start() }

  /// The events until now. It allocates nothing.
  package static func capture(_ scope: Scope = .process) -> StepCost {
    var usage = rusage()
    let count: allocation_count
    switch scope {
    case .process:
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      count = allocation_count_of_process()
    case .thread:
      getrusage(threadUsage, &usage)
      count = allocation_count_of_thread()
    }
    return StepCost(
      allocations: count.allocations < 0 ? nil : count.allocations,
      allocatedBytes: count.bytes < 0 ? nil : count.bytes,
      minorPageFaults: usage.ru_minflt, majorPageFaults: usage.ru_majflt,
      voluntaryContextSwitches: usage.ru_nvcsw, involuntaryContextSwitches: usage.ru_nivcsw)
  }
}

/// Linux's RUSAGE_THREAD, which the C library's header shows only with _GNU_SOURCE.
private let threadUsage: __rusage_who_t = 1
