import Foundation
import Testing
import Threads

@Suite struct LifetimeTests {
  @Test(arguments: [2, 3, 5])
  func threadsEndWithThePool(_ threads: Int) {
    var pool: ThreadPool? = ThreadPool(count: threads)
    let workers = threadNumbers(of: pool!).dropFirst()
    #expect(workers.count == threads - 1 && workers.allSatisfy(isAlive))
    pool = nil
    #expect(workers.allSatisfy(hasEnded))
  }

  @Test func sleepingThreadsEndToo() {
    var pool: ThreadPool? = ThreadPool(count: 3)
    let workers = threadNumbers(of: pool!).dropFirst()
    usleep(20_000)
    pool = nil
    #expect(workers.allSatisfy(hasEnded))
  }

  @Test func poolThatNeverRanEnds() {
    for _ in 0..<50 { #expect(ThreadPool(count: 4).count == 4) }
  }

  @Test func jobsDoNotOutliveTheirRun() {
    final class Witness: Sendable {}
    let pool = ThreadPool(count: 3)
    weak var witness: Witness?
    do {
      let local = Witness()
      witness = local
      pool.run { _ in withExtendedLifetime(local) {} }
    }
    #expect(witness == nil)
  }

  private func isAlive(_ thread: Int32) -> Bool {
    FileManager.default.fileExists(atPath: "/proc/self/task/\(thread)")
  }

  /// The kernel removes the entry shortly after the thread can be joined.
  private func hasEnded(_ thread: Int32) -> Bool {
    for _ in 0..<1000 {
      if !isAlive(thread) { return true }
      usleep(1000)
    }
    return false
  }
}
