import Glibc

/// The spans of one worker. Only that worker writes it, and it is read between steps.
///
/// It does not wrap: a step whose spans do not fit is counted as such and repeated with more room, because a step with
/// gaps would not add up.
struct SpanRing {
  private(set) var spans: UnsafeMutablePointer<Span>
  private(set) var capacity: Int
  private(set) var count = 0
  /// Spans for which there was no room.
  private(set) var lost = 0
  private var preemption: Preemption

  /// - Parameter isCaller: whether it is worker 0's, which does not sleep between jobs
  init(capacity: Int, isCaller: Bool) {
    spans = .allocate(capacity: capacity)
    self.capacity = capacity
    preemption = Preemption(isCaller: isCaller)
    // A first step would fault its pages in.
    UnsafeMutableRawPointer(spans).initializeMemory(
      as: UInt8.self, repeating: 0, count: capacity * MemoryLayout<Span>.stride)
  }

  func deallocate() { spans.deallocate() }

  mutating func clear() {
    (count, lost) = (0, 0)
    preemption.forget()
  }

  /// Sees that a job or a phase begins now.
  mutating func begin(_ kind: Span.Kind, at now: UInt64, operation: UInt32) {
    if kind == .job { preemption.jobBegins(now) }
    sawGap(until: now, operation: operation)
  }

  mutating func append(_ kind: Span.Kind, from begin: UInt64, to end: UInt64, operation: UInt32) {
    var taken: UInt64 = 0
    switch kind {
    case .phase: taken = preemption.taken(from: begin, until: end)
    case .job: sawGap(until: end, operation: operation)
    case .waiting, .joining: preemption.waited(from: begin, until: end)
    case .preempted: break
    }
    store(
      Span(begin: begin, end: end, preempted: UInt32(clamping: taken), operation: operation, kind: kind))
  }

  /// Leaves out the time behind the last span.
  mutating func passed(until now: UInt64) { _ = preemption.taken(from: preemption.lastSeen, until: now) }

  /// Looks at the time behind the last span, which belongs to no phase.
  mutating func sawGap(until now: UInt64, operation: UInt32) {
    let taken = preemption.taken(from: preemption.lastSeen, until: now)
    if taken > 0 { store(Span(begin: now - taken, end: now, operation: operation, kind: .preempted)) }
  }

  private mutating func store(_ span: Span) {
    guard count < capacity else {
      lost += 1
      return
    }
    (spans + count).initialize(to: span)
    count += 1
  }
}
