import CVector
import Glibc

/// Persistent workers for loops that are split by hand. The caller is worker 0.
///
/// Workers spin for a short while after a job, because the next one usually follows within microseconds, then sleep.
/// They flush denormals, and so does the thread that makes the pool. Starting a job allocates nothing.
///
/// Not reentrant: `run` must not be called from inside a job. Jobs that several threads start take turns; what runs on
/// the caller alone does not wait.
package final class ThreadPool: @unchecked Sendable {
  package let count: Int
  /// Whether the processor flushes denormals to zero, as asked.
  package let flushesDenormals: Bool
  private let crew: Crew
  private var threads: [pthread_t] = []

  /// - Parameter count: workers, the caller included; at least 1.
  package init(count: Int) {
    precondition(count >= 1, "a pool needs at least the calling thread")
    self.count = count
    crew = Crew(count: count)
    flushesDenormals = cvector_flush_denormals() != 0
    for worker in 1..<max(count, 2) where count > 1 { threads.append(start(worker)) }
  }

  deinit {
    crew.stop()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs `body` once on every worker, with the worker's index, and returns when all are done.
  package func run(_ body: (Int) -> Void) {
    if count == 1 { body(0) } else { crew.perform(body) }
  }

  /// Runs `body` on the workers, each with its contiguous share of `0..<total`, in whole blocks of `grain`.
  package func split(_ total: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
    if count == 1 || total <= grain {
      if total > 0 { body(0..<total) }
      return
    }
    run { worker in
      let range = share(of: total, grain: grain, worker: worker)
      if !range.isEmpty { body(range) }
    }
  }

  /// The contiguous share of `0..<total` that belongs to `worker`: whole blocks of `grain`, as even as they come.
  package func share(of total: Int, grain: Int = 1, worker: Int) -> Range<Int> {
    let blocks = (total + grain - 1) / grain
    let first = blocks * worker / count * grain
    let end = blocks * (worker + 1) / count * grain
    return min(first, total)..<min(end, total)
  }

  /// Inside a job: returns once every worker has come here. Each worker must come equally often.
  package func barrier() {
    if count > 1 { crew.barrier() }
  }

  private final class Start {
    let crew: Crew
    let worker: Int
    init(crew: Crew, worker: Int) {
      self.crew = crew
      self.worker = worker
    }
  }

  private func start(_ worker: Int) -> pthread_t {
    let argument = Unmanaged.passRetained(Start(crew: crew, worker: worker)).toOpaque()
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        _ = cvector_flush_denormals()
        start.crew.serve(as: start.worker)
        return nil
      }, argument)
    precondition(status == 0, "the system refused to start worker thread \(worker)")
    return thread
  }
}
