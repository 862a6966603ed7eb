import Terms

/// Records what each worker of a pool does, and when, while it is on.
///
/// A span costs two readings of the clock and one store into memory that was allocated before; nothing is locked. While
/// it is off, which is what counts for every measurement but a profile, it costs one predictable branch.
package final class SpanRecorder: @unchecked Sendable {
  /// Changed only between jobs.
  package private(set) var isOn = false
  /// Is told of phases, where there is one. Changed only between jobs.
  package var observer: (any PhaseObserver)?
  /// The number that spans get. The thread that starts the jobs sets it between jobs.
  package var operation: UInt32 = 0
  /// The rings lie two cache lines apart, so that workers do not wait for each other's writes.
  private var rings: UnsafeMutableRawPointer?
  private var workers = 0
  private static let pitch = 128

  /// Spans that every worker has room for at first; 32 bytes each.
  private static let firstCapacity = 1 << 16
  /// At most 128 MiB for each worker.
  private static let largestCapacity = 1 << 22

  init() {}

  deinit { release() }

  // MARK: Between steps

  /// Switches the recorder on, its rings empty.
  func start(workers: Int) {
    if self.workers != workers { allocate(workers, capacity: Self.firstCapacity) }
    forEachRing { $0.clear() }
    isOn = true
  }

  /// Switches the recorder off.
  /// - Returns: whether all spans had room. If not, there is more room from now on.
  func stop() -> Bool {
    isOn = false
    var (lost, capacity) = (0, 0)
    forEachRing { ring in
      lost = max(lost, ring.lost)
      capacity = max(capacity, ring.capacity)
    }
    guard lost > 0 else { return true }
    allocate(workers, capacity: min(max(2 * (capacity + lost), capacity), Self.largestCapacity))
    return false
  }

  /// The spans of a worker since `start`, in the order in which they ended.
  package func spans(of worker: Int) -> UnsafeBufferPointer<Span> {
    let ring = ring(worker)
    return UnsafeBufferPointer(start: ring.pointee.spans, count: ring.pointee.count)
  }

  // MARK: In a step

  /// The time at which a job or a phase begins.
  @inline(__always)
  func begin(_ kind: Span.Kind, _ worker: Int) -> UInt64 {
    let now = monotonicNanoseconds()
    ring(worker).pointee.begin(kind, at: now, operation: operation)
    return now
  }

  @inline(__always)
  func end(_ kind: Span.Kind, since begin: UInt64, _ worker: Int) {
    ring(worker).pointee.append(kind, from: begin, to: monotonicNanoseconds(), operation: operation)
  }

  /// Sees that an operation begins, on the thread that starts its jobs: what was lost before is not the operation's.
  package func operationBegan(at now: UInt64) {
    if isOn { ring(0).pointee.passed(until: now) }
  }

  /// Sees that the operation at hand has ended, on the thread that started its jobs.
  package func operationEnded(at now: UInt64) {
    if isOn { ring(0).pointee.sawGap(until: now, operation: operation) }
  }

  // MARK: Memory

  private func ring(_ worker: Int) -> UnsafeMutablePointer<SpanRing> {
    (rings! + worker * Self.pitch).assumingMemoryBound(to: SpanRing.self)
  }

  private func forEachRing(_ body: (inout SpanRing) -> Void) {
    for worker in 0..<workers { body(&ring(worker).pointee) }
  }

  private func allocate(_ workers: Int, capacity: Int) {
    release()
    rings = .allocate(byteCount: workers * Self.pitch, alignment: Self.pitch)
    self.workers = workers
    for worker in 0..<workers { ring(worker).initialize(to: SpanRing(capacity: capacity, isCaller: worker == 0)) }
  }

  private func release() {
    forEachRing { $0.deallocate() }
    rings?.deallocate()
    (rings, workers) = (nil, 0)
  }
}
