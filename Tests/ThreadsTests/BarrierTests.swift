import Testing
import Threads

@Suite struct BarrierTests {
  /// Each worker reads what its neighbour wrote in the previous round.
  @Test(arguments: threadCounts)
  func nobodyPassesBeforeEverybodyHasCome(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    let rounds = 50
    for job in 0..<3 {
      var cells = [Int](repeating: 0, count: threads)
      var stale = [Int](repeating: 0, count: threads)
      cells.withUnsafeMutableBufferPointer { cells in
        stale.withUnsafeMutableBufferPointer { stale in
          nonisolated(unsafe) let (cells, stale) = (cells, stale)
          pool.run { worker in
            for round in 1...rounds {
              cells[worker] = round
              pool.barrier(worker)
              for other in 0..<threads where cells[other] != round { stale[worker] += 1 }
              pool.barrier(worker)
            }
          }
        }
      }
      #expect(stale.allSatisfy { $0 == 0 }, "job \(job) on \(threads) threads: \(stale)")
    }
  }

  @Test func jobsMayHaveAnOddNumberOfBarriers() {
    let pool = ThreadPool(count: 3)
    for barriers in [1, 0, 3, 1, 2] {
      let tally = Tally(3)
      pool.run { worker in
        for _ in 0..<barriers { pool.barrier(worker) }
        tally.visit(worker)
      }
      #expect(tally.isComplete, "\(barriers) barriers")
    }
  }
}
