import CVector
import Glibc

/// A pool of threads for loops that are split by hand. The caller is worker 0.
///
/// Workers spin for a short while after a job, because the next one usually follows within microseconds; then they
/// sleep. They flush denormals, and so does the thread that makes the pool. Starting a job allocates nothing.
///
/// The pool is not reentrant: a job must not call `run`. Jobs that several threads start run one after the other; work
/// that runs on the caller alone does not wait.
package final class ThreadPool: @unchecked Sendable {
  /// The number of workers, the caller included. It is smaller than asked for where the system refuses more threads.
  package let count: Int
  /// Whether the processor flushes denormals to zero; some cannot.
  package let flushesDenormals: Bool
  /// What the workers do, where it is recorded.
  package let spans = SpanRecorder()
  let crew: Crew
  private let deal: Deal
  private let threads: [pthread_t]

  /// - Parameter wanted: the number of workers, the caller included
  package init(count wanted: Int) {
    flushesDenormals = cvector_flush_denormals() != 0
    crew = Crew(spans)
    var threads: [pthread_t] = []
    while threads.count + 1 < wanted, let thread = Self.start(threads.count + 1, in: crew) { threads.append(thread) }
    self.threads = threads
    count = threads.count + 1
    crew.count = count
    deal = Deal(workers: count)
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
    splitAmongWorkers(total, grain: grain) { body($1) }
  }

  /// `split` for a body that is given the worker's index, too.
  package func splitAmongWorkers(_ total: Int, grain: Int, _ body: (Int, Range<Int>) -> Void) {
    if count == 1 || total <= grain {
      if total > 0 { body(0, 0..<total) }
      return
    }
    run { worker in
      let range = share(of: total, grain: grain, worker: worker)
      if !range.isEmpty { body(worker, range) }
    }
  }

  /// The contiguous share of `0..<total` that belongs to `worker`. Shares consist of whole blocks of `grain` and differ
  /// by at most one block.
  package func share(of total: Int, grain: Int = 1, worker: Int) -> Range<Int> {
    let blocks = (total + grain - 1) / grain
    let first = blocks * worker / count * grain
    let end = blocks * (worker + 1) / count * grain
    return min(first, total)..<min(end, total)
  }

  /// Puts the workers to sleep until the next job, so that none of them spins beside threads of another library.
  package func park() {
    if count > 1 { crew.park() }
  }

  /// Waits, inside a job, until every worker has arrived here. All workers must call it equally often.
  package func barrier(_ worker: Int) {
    if count > 1 { crew.barrier(worker) {} }
  }

  /// Inside a job, waits for all workers, then runs `body` on blocks of `grain` of `0..<total`, each on a worker that
  /// is free. Every worker of the job must call it. A worker mostly gets blocks that follow each other.
  ///
  /// Other workers may still run their blocks when this returns. `body` must call neither `deal` nor `barrier`.
  package func deal(_ total: Int, grain: Int, worker: Int, _ body: (Range<Int>) -> Void) {
    let blocks = (total + grain - 1) / grain
    // Several threads may use such a pool at once, so they share nothing.
    if count == 1 {
      for block in 0..<blocks { body(block * grain..<min((block + 1) * grain, total)) }
      return
    }
    crew.barrier(worker) { for worker in 0..<count { deal.give(share(of: blocks, worker: worker), to: worker) } }
    while let block = deal.next(worker) { body(block * grain..<min((block + 1) * grain, total)) }
  }

  private final class Start {
    let crew: Crew
    let worker: Int
    init(crew: Crew, worker: Int) {
      self.crew = crew
      self.worker = worker
    }
  }

  private static func start(_ worker: Int, in crew: Crew) -> pthread_t? {
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
    if status == 0 { return thread }
    Unmanaged<Start>.fromOpaque(argument).release()
    return nil
  }
}
