import Foundation
import Synchronization
import Testing
import Threads

/// Several callers share one pool; their jobs must not mix.
@Suite struct TurnTests {
  @Test func callersTakeTurns() {
    let pool = ThreadPool(count: 3)
    let running = Atomic<Int>(0)
    let mixed = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<200 {
        pool.run { worker in
          if running.add(1, ordering: .relaxed).newValue > 3 { mixed.add(1, ordering: .relaxed) }
          pool.barrier(worker)
          running.subtract(1, ordering: .relaxed)
          pool.barrier(worker)
        }
      }
    }
    #expect(mixed.load(ordering: .relaxed) == 0)
    #expect(running.load(ordering: .relaxed) == 0)
  }

  /// Where there is one worker, callers do not wait for each other.
  @Test func callersOfOneWorkerDoNotMixTheirBlocks() {
    let pool = ThreadPool(count: 1)
    let wrong = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 4) { caller in
      for round in 0..<2000 {
        let total = 1 + (caller + round) % 7
        var dealt = 0
        pool.run { worker in pool.deal(total, grain: 2, worker: worker) { dealt += $0.count } }
        if dealt != total { wrong.add(1, ordering: .relaxed) }
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }
}
