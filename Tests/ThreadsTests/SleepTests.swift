import Foundation
import Testing

@testable import Threads

@Suite struct SleepTests {
  /// Workers spin for a while after a job, so short pauses find them awake and long ones asleep.
  @Test(arguments: [2, 3, 5])
  func wakesAfterAnyPause(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    for pause in [0, 20, 50, 100, 200, 500, 1000, 2000, 20_000] as [UInt32] {
      for job in 0..<4 {
        usleep(pause)
        let tally = Tally(threads)
        pool.run { tally.visit($0) }
        #expect(tally.isComplete, "job \(job) after \(pause) microseconds on \(threads) threads")
      }
    }
  }

  @Test func sleepingWorkersUseNoProcessorTime() throws {
    let pool = ThreadPool(count: 3)
    let workers = threadNumbers(of: pool).dropFirst()
    usleep(50_000)
    let before = try workers.map(processorTicks)
    usleep(300_000)
    // One tick is 10 ms. Spinning would take thirty ticks, or all that a busy machine has left.
    for (worker, ticks) in zip(workers, before) {
      #expect(try processorTicks(worker) - ticks <= 1, "thread \(worker)")
    }
  }

  /// Without being parked, a worker looks for the next job for a while, so hardly any would sleep right behind a job.
  @Test(arguments: [1, 2, 3])
  func parkedWorkersSleepAtOnce(_ threads: Int) {
    let pool = ThreadPool(count: threads)
    for job in 0..<200 {
      let tally = Tally(threads)
      pool.run { tally.visit($0) }
      #expect(tally.isComplete, "job \(job)")
      pool.park()
      #expect(pool.crew.sleeping == threads - 1, "job \(job)")
    }
  }

  @Test func poolsDoNotDisturbEachOther() {
    let pools = (0..<3).map { _ in ThreadPool(count: 2) }
    for job in 0..<50 {
      for (index, pool) in pools.enumerated() {
        let tally = Tally(100)
        pool.split(100) { tally.visit($0) }
        #expect(tally.isComplete, "job \(job) of pool \(index)")
      }
    }
  }

  /// The user and system time of a thread of this process.
  private func processorTicks(_ thread: Int32) throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/task/\(thread)/stat", encoding: .utf8)
    // The name in parentheses may contain spaces, so the fields are counted after it.
    let fields = try #require(text.split(separator: ")").last).split(separator: " ")
    return try #require(Int(fields[11])) + #require(Int(fields[12]))
  }
}
