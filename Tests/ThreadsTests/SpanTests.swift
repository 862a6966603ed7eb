import Glibc
import Terms
import Testing
import Threads

/// What the recorder of a pool says about jobs whose spans are known.
@Suite struct SpanTests {
  private func spin(microseconds: Int) {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let end = time.tv_sec * 1_000_000 + time.tv_nsec / 1000 + microseconds
    repeat { clock_gettime(CLOCK_MONOTONIC, &time) } while time.tv_sec * 1_000_000 + time.tv_nsec / 1000 < end
  }

  private func spans(of pool: ThreadPool, _ worker: Int) -> [Span] { Array(pool.spans.spans(of: worker)) }

  @Test(arguments: 1...4) func everyWorkersPhasesAreRecordedInOrder(count: Int) {
    let pool = ThreadPool(count: count)
    let isWhole = pool.recording {
      pool.spans.operation = 7
      pool.run { worker in
        for _ in 0..<3 { pool.phase(.products, worker) { spin(microseconds: 20) } }
      }
    }
    #expect(isWhole)
    for worker in 0..<count {
      let phases = spans(of: pool, worker).filter { $0.kind == .phase(.products) }
      #expect(phases.count == 3)
      #expect(phases.allSatisfy { $0.operation == 7 && $0.nanoseconds >= 19_000 })
      #expect(zip(phases, phases.dropFirst()).allSatisfy { $0.end <= $1.begin })
      if count == 1 { continue }
      let jobs = spans(of: pool, worker).filter { $0.kind == .job }
      #expect(jobs.count == 1)
      #expect(phases.allSatisfy { jobs[0].begin <= $0.begin && $0.end <= jobs[0].end })
    }
  }

  @Test func waitingIsSeenWhereAnotherWorkerIsLate() {
    let pool = ThreadPool(count: 2)
    #expect(
      inAQuietRun {
        _ = pool.recording {
          pool.run { worker in
            if worker == 1 { pool.phase(.products, worker) { spin(microseconds: 3000) } }
            pool.barrier(worker)
            if worker == 1 { pool.phase(.columns, worker) { spin(microseconds: 3000) } }
          }
        }
        let caller = spans(of: pool, 0)
        let (barriers, joins) = (caller.filter { $0.kind == .waiting }, caller.filter { $0.kind == .joining })
        return barriers.count == 1 && joins.count == 1 && barriers[0].nanoseconds > 1_000_000
          && joins[0].nanoseconds > 1_000_000
      })
  }

  /// Whether one of twenty runs shows it: on a busy machine, others have their cores taken.
  private func inAQuietRun(_ shows: () -> Bool) -> Bool {
    (0..<20).contains { _ in shows() }
  }

  @Test func dealtAndSplitWorkIsRecordedOnce() {
    let pool = ThreadPool(count: 2)
    _ = pool.recording {
      pool.run { worker in
        pool.deal(10, grain: 1, worker: worker) { _ in pool.phase(.products, worker) {} }
      }
      pool.split(10, as: .packing) { _ in }
      pool.split(1, as: .reduction) { _ in }
    }
    let all = (0..<2).flatMap { spans(of: pool, $0) }
    #expect(all.count { $0.kind == .phase(.products) } == 10)
    #expect(all.count { $0.kind == .phase(.packing) } == 2)
    #expect(all.count { $0.kind == .phase(.reduction) } == 1)
  }

  @Test func nothingIsRecordedWhereNobodyAsks() {
    let pool = ThreadPool(count: 2)
    _ = pool.recording {}
    pool.run { worker in pool.phase(.products, worker) {} }
    #expect(spans(of: pool, 0).isEmpty && spans(of: pool, 1).isEmpty)
    #expect(!pool.spans.isOn)
  }

  @Test func aStepThatHasNoRoomHasItTheNextTime() {
    let pool = ThreadPool(count: 1)
    func step() -> Bool {
      pool.recording { for _ in 0..<150_000 { pool.phase(.products, 0) {} } }
    }
    #expect(!step())
    #expect(step())
    #expect(spans(of: pool, 0).count { $0.kind == .phase(.products) } == 150_000)
  }

  /// A thread that sleeps inside a phase does not run, which is how the system taking its core looks.
  @Test func timeWithoutTheCoreIsFoundInTheSpanThatLostIt() {
    let pool = ThreadPool(count: 2)
    #expect(
      inAQuietRun {
        _ = pool.recording {
          pool.run { worker in
            pool.phase(.inputTransform, worker) { spin(microseconds: 500) }
            pool.phase(.products, worker) {
              spin(microseconds: 100)
              if worker == 1 { usleep(20_000) }
            }
            pool.phase(.outputTransform, worker) { spin(microseconds: 500) }
          }
        }
        let products = spans(of: pool, 1).first { $0.kind == .phase(.products) }!
        return products.preempted > 18_000_000 && UInt64(products.preempted) <= products.nanoseconds
      })
  }

  @Test func timeWithoutTheCoreIsFoundBetweenPhases() {
    let pool = ThreadPool(count: 2)
    #expect(
      inAQuietRun {
        _ = pool.recording {
          pool.run { worker in
            pool.phase(.inputTransform, worker) { spin(microseconds: 500) }
            if worker == 1 { usleep(20_000) }
            pool.phase(.products, worker) { spin(microseconds: 10) }
          }
        }
        let all = spans(of: pool, 1)
        return all.contains { $0.kind == .preempted && $0.nanoseconds > 18_000_000 }
          && all.allSatisfy { $0.kind != .phase(.products) || $0.preempted == 0 }
      })
  }
}
