import CClosure
import CVector
import Glibc
import Synchronization

/// The state that the workers of a pool share. Workers and pool own it together, so the pool can end before they do.
final class Crew: @unchecked Sendable {
  /// The number of workers, the caller included. It is set once, before the first job.
  var count = 1
  /// The body of the job. It is written only between jobs, and workers read it after `generation` has moved.
  private var job: cclosure?
  /// The label of the caller's operation, for a CPU profile; 0 without one. It is written only between jobs.
  @exclusivity(unchecked) var label: UInt32 = 0

  private let spans: SpanRecorder

  private let generation = Atomic<Int>(0)
  private let running = Atomic<Int>(0)
  /// Over all barriers so far: how often a worker has arrived, and how many barriers have let the workers pass.
  private let arrived = Atomic<Int>(0)
  private let passed = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  /// Whether idle workers go to sleep at once.
  private let parking = Atomic<Bool>(false)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wakeUp = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Its holder is the caller whose job runs.
  private let turn = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  /// How often an idle worker looks for a job, about 50 microseconds long, before it sleeps.
  private static let idleSpins = 4_000
  /// How often a worker looks for the others of its job, about 10 microseconds long, before it offers its core to them.
  private static let waitSpins = 1_000

  init(_ spans: SpanRecorder) {
    self.spans = spans
    pthread_mutex_init(mutex, nil)
    pthread_mutex_init(turn, nil)
    pthread_cond_init(wakeUp, nil)
  }

  deinit {
    pthread_cond_destroy(wakeUp)
    pthread_mutex_destroy(mutex)
    pthread_mutex_destroy(turn)
    turn.deallocate()
    wakeUp.deallocate()
    mutex.deallocate()
  }

  /// Starts a job on the workers, does the part of worker 0 here, and waits for the others. Jobs of several callers run
  /// one after the other.
  func perform(_ body: (Int) -> Void) {
    pthread_mutex_lock(turn)
    defer { pthread_mutex_unlock(turn) }
    lend(
      body,
      { body, crew in Unmanaged<Crew>.fromOpaque(crew).takeUnretainedValue().perform(body) },
      Unmanaged.passUnretained(self).toOpaque())
  }

  private func perform(_ body: cclosure) {
    job = body
    running.store(count - 1, ordering: .relaxed)
    // The publication belongs to the job: another worker may have begun before the caller gets to its own part.
    record(.job, 0) {
      generation.add(1, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeSleepers() }
      call(body, 0)
    }
    spin(as: .joining, 0, until: { running.load(ordering: .acquiring) == 0 })
    job = nil
  }

  func serve(as worker: Int) {
    var seen = 0
    while waitForJob(after: seen) {
      seen += 1
      record(.job, worker) { call(job!, worker) }
      running.subtract(1, ordering: .releasing)
    }
  }

  /// Calls the body of a job, under the label where there is one.
  @inline(__always) func call(_ body: cclosure, _ worker: Int) {
    if label == 0 { cclosure_call(body, worker) } else { cclosure_call_labelled(body, worker, label) }
  }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    wakeSleepers()
  }

  /// How many workers sleep now.
  var sleeping: Int { sleepers.load(ordering: .sequentiallyConsistent) }

  /// Puts the workers to sleep until the next job, and returns when all of them sleep.
  func park() {
    pthread_mutex_lock(turn)
    defer { pthread_mutex_unlock(turn) }
    parking.store(true, ordering: .sequentiallyConsistent)
    while sleepers.load(ordering: .sequentiallyConsistent) < count - 1 { sched_yield() }
    parking.store(false, ordering: .sequentiallyConsistent)
  }

  /// Waits until every worker has arrived. The last one calls `prepare` before it lets the others go on.
  func barrier(_ worker: Int, _ prepare: () -> Void) {
    let before = passed.load(ordering: .relaxed)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == (before + 1) * count {
      prepare()
      passed.store(before + 1, ordering: .releasing)
    } else {
      spin(as: .waiting, worker, until: { passed.load(ordering: .acquiring) > before })
    }
  }

  @inline(__always)
  private func record(_ kind: Span.Kind, _ worker: Int, _ body: () -> Void) {
    guard spans.isOn else { return body() }
    let begin = spans.begin(kind, worker)
    body()
    spans.end(kind, since: begin, worker)
  }

  private func wakeSleepers() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(wakeUp)
    pthread_mutex_unlock(mutex)
  }

  private func waitForJob(after seen: Int) -> Bool {
    for _ in 0..<Self.idleSpins {
      if generation.load(ordering: .acquiring) != seen { return true }
      if stopping.load(ordering: .relaxed) { return false }
      if parking.load(ordering: .relaxed) { break }
      cvector_pause()
    }
    pthread_mutex_lock(mutex)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while generation.load(ordering: .sequentiallyConsistent) == seen,
      !stopping.load(ordering: .sequentiallyConsistent)
    {
      pthread_cond_wait(wakeUp, mutex)
    }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
    return generation.load(ordering: .acquiring) != seen
  }

  /// Waits for the other workers of the same job.
  private func spin(as kind: Span.Kind, _ worker: Int, until done: () -> Bool) {
    let begin = spans.isOn ? monotonicNanoseconds() : 0
    defer { if spans.isOn { spans.end(kind, since: begin, worker) } }
    var spins = 0
    while !done() {
      spins += 1
      if spins > Self.waitSpins { sched_yield() } else { cvector_pause() }
    }
  }
}

/// Calls `use` with the two words that `body` consists of; they are valid until it returns. `withoutActuallyEscaping`
/// would allocate a box on the heap for every job, and the allocator's time would count as the step's.
@_silgen_name("cclosure_lend")
func lend(
  _ body: (Int) -> Void, _ use: @convention(c) (cclosure, UnsafeMutableRawPointer) -> Void,
  _ user: UnsafeMutableRawPointer)
