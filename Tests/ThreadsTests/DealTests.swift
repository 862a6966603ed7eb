import Synchronization
import Testing
import Threads

@Suite struct DealTests {
  @Test(arguments: threadCounts)
  func everyIndexIsDealtOnce(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    for total in CoverageTests.totals {
      for grain in CoverageTests.grains {
        let tally = Tally(total)
        pool.run { worker in
          pool.deal(total, grain: grain, worker: worker) { part in
            #expect(part.lowerBound.isMultiple(of: grain) && !part.isEmpty && part.count <= grain)
            tally.visit(part)
          }
        }
        #expect(tally.isComplete, "\(total) in blocks of \(grain) on \(threads) threads: \(tally.visits)")
      }
    }
  }

  /// Each deal reads what all workers wrote in the previous one.
  @Test(arguments: threadCounts)
  func aDealBeginsWhenTheLastOneHasEnded(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    let (rounds, total) = (50, 7 * threads)
    var cells = [Int](repeating: 0, count: total)
    var stale = [Int](repeating: 0, count: total)
    cells.withUnsafeMutableBufferPointer { cells in
      stale.withUnsafeMutableBufferPointer { stale in
        nonisolated(unsafe) let (cells, stale) = (cells, stale)
        pool.run { worker in
          for round in 1...rounds {
            pool.deal(total, grain: 2, worker: worker) { part in for index in part { cells[index] = round } }
            pool.deal(total, grain: 3, worker: worker) { part in
              for index in part where cells.contains(where: { $0 != round }) { stale[index] += 1 }
            }
          }
        }
      }
    }
    #expect(stale.allSatisfy { $0 == 0 }, "on \(threads) threads: \(stale)")
  }

  @Test func aWorkerAloneGoesFromFrontToEnd() {
    let pool = ThreadPool(count: 1)
    var starts: [Int] = []
    pool.run { worker in pool.deal(10, grain: 3, worker: worker) { starts.append($0.lowerBound) } }
    #expect(starts == [0, 3, 6, 9])
  }

  /// One worker waits in its first block until all other blocks are done; a fixed division would never end.
  @Test func othersTakeWhatASlowWorkerLeaves() {
    let pool = ThreadPool(count: 3)
    let blocks = 20
    let done = Atomic<Int>(0)
    pool.run { worker in
      pool.deal(blocks, grain: 1, worker: worker) { part in
        if part.lowerBound == 0 { while done.load(ordering: .acquiring) < blocks - 1 {} }
        done.add(1, ordering: .acquiringAndReleasing)
      }
    }
    #expect(done.load(ordering: .acquiring) == blocks)
  }
}
