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
}
