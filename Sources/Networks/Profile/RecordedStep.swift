import Threads

/// One step with everything that was recorded of it. Times are nanoseconds of the monotonic clock.
package struct RecordedStep: Sendable {
  package let begin: UInt64
  package let end: UInt64
  /// When each dispatch of the schedule began and ended.
  package let dispatches: [Range<UInt64>]
  /// The spans of each worker, in the order in which they ended. A span's operation is the number of its dispatch.
  package let spans: [[Span]]

  package init(begin: UInt64, end: UInt64, dispatches: [Range<UInt64>], spans: [[Span]]) {
    self.begin = begin
    self.end = end
    self.dispatches = dispatches
    self.spans = spans
  }

  package var spanCount: Int { spans.reduce(0) { $0 + $1.count } }
}

/// Runs a program step by step and records each.
package final class StepRecorder {
  package let program: Program
  private var begins: [UInt64]
  private var ends: [UInt64]
  private var step: (begin: UInt64, end: UInt64) = (0, 0)

  package init(_ program: Program) {
    self.program = program
    begins = program.schedule.dispatches.map { _ in 0 }
    ends = begins
  }

  /// Runs one step. Nothing is allocated and nothing is added up in it.
  /// - Returns: whether there was room for all spans; if not, there will be in the next step
  package func run() -> Bool {
    step.begin = monotonicNanoseconds()
    let isWhole = program.runRecorded {
      begins[$0] = monotonicNanoseconds()
      return begins[$0]
    } ended: {
      ends[$0] = monotonicNanoseconds()
      return ends[$0]
    }
    step.end = monotonicNanoseconds()
    return isWhole
  }

  /// A copy of what was recorded of the last step.
  package func recorded() -> RecordedStep {
    let pool = program.context.pool
    return RecordedStep(
      begin: step.begin, end: step.end, dispatches: zip(begins, ends).map { $0..<max($0, $1) },
      spans: (0..<pool.count).map { Array(pool.spans.spans(of: $0)) })
  }
}
