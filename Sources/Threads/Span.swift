import Terms

/// A time in which a worker did one thing.
package struct Span: Sendable {
  package enum Kind: Hashable, Sendable {
    /// The body of a job.
    case job
    /// The worker waits at a barrier for the others of its job.
    case waiting
    /// Worker 0 has ended its part of a job and waits until the others have ended theirs.
    case joining
    case phase(KernelPhase)
    /// Outside of phases, the system ran something else on the core.
    case preempted
  }

  /// Nanoseconds of the monotonic clock.
  package let begin: UInt64
  package let end: UInt64
  /// Of a phase: nanoseconds of it in which the system ran something else on the worker's core, where that was long
  /// enough to matter.
  package let preempted: UInt32
  /// The number of the operation: what `SpanRecorder.operation` was.
  package let operation: UInt32
  package let kind: Kind

  package init(begin: UInt64, end: UInt64, preempted: UInt32 = 0, operation: UInt32, kind: Kind) {
    self.begin = begin
    self.end = end
    self.preempted = preempted
    self.operation = operation
    self.kind = kind
  }

  package var nanoseconds: UInt64 { end - begin }
}
