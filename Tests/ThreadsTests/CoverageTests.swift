import Testing
import Threads

/// However the work is divided, every index is visited exactly once.
@Suite struct CoverageTests {
  static let totals = [0, 1, 2, 3, 4, 5, 7, 16, 31, 100]
  static let grains = [1, 2, 3, 8, 64]

  @Test(arguments: threadCounts)
  func runCallsEveryWorkerOnce(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    #expect(pool.count == threads)
    for job in 0..<50 {
      let tally = Tally(threads)
      pool.run { tally.visit($0) }
      #expect(tally.isComplete, "job \(job) on \(threads) threads: \(tally.visits)")
    }
  }

  @Test(arguments: threadCounts)
  func workersAreThreadsOfTheirOwn(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    #expect(Set(threadNumbers(of: pool)).count == threads)
    #expect(threadNumbers(of: pool)[0] == threadNumber())
  }

  @Test(arguments: threadCounts)
  func workersKeepTheirThreads(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    let first = threadNumbers(of: pool)
    for _ in 0..<20 { #expect(threadNumbers(of: pool) == first) }
  }

  @Test(arguments: threadCounts)
  func splitCoversEveryIndexOnce(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    for total in Self.totals {
      for grain in Self.grains {
        let tally = Tally(total)
        pool.split(total, grain: grain) { tally.visit($0) }
        #expect(tally.isComplete, "\(total) in blocks of \(grain) on \(threads) threads: \(tally.visits)")
      }
    }
  }

  @Test(arguments: threadCounts)
  func splitNeverCallsWithNothing(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    for total in Self.totals {
      for grain in Self.grains {
        pool.split(total, grain: grain) { #expect(!$0.isEmpty, "\(total) in blocks of \(grain)") }
      }
    }
  }

  @Test(arguments: threadCounts)
  func sharesFollowEachOtherInWholeBlocks(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    for total in Self.totals {
      for grain in Self.grains {
        let shares = (0..<threads).map { pool.share(of: total, grain: grain, worker: $0) }
        let problem: Comment = "\(total) in blocks of \(grain) on \(threads) threads: \(shares)"
        #expect(shares.first?.lowerBound == 0 && shares.last?.upperBound == total, problem)
        for (share, next) in zip(shares, shares.dropFirst()) {
          #expect(share.upperBound == next.lowerBound, problem)
          #expect(share.upperBound.isMultiple(of: grain) || share.upperBound == total, problem)
        }
        let blocks = shares.map { ($0.count + grain - 1) / grain }
        #expect(blocks.max()! - blocks.min()! <= 1, problem)
      }
    }
  }

  @Test func workThatIsOneBlockStaysWithTheCaller() {
    let pool = ThreadPool(count: 3)
    let caller = threadNumber()
    pool.split(8, grain: 8) { range in
      #expect(range == 0..<8)
      #expect(threadNumber() == caller)
    }
  }
}
