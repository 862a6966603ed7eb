import Glibc
import Results
import Terms
import Testing
import Threads

@testable import Measurement
@testable import bench

/// Counters by phase, on counters that exist on every Linux machine and on made-up ones.
@Suite struct PhaseCountersTests {
  @Test func phasesAndThreadsGetTheirCounts() throws {
    let pool = ThreadPool(count: 2)
    let opened = PhaseCounters.open(pool) { .success(ManualCounters([.cycles, .instructions])) }
    let counters = try opened.get()
    let result = counters.count(pool, steps: 2) {
      _ = pool.recording {
        pool.run { worker in
          pool.phase(.products, worker) {
            counters.manual(worker).advance(nanoseconds: 100, [.cycles: 10, .instructions: 30])
          }
          counters.manual(worker).advance(nanoseconds: 100, [.cycles: 1000])
          if worker == 1 {
            pool.phase(.columns, worker) { counters.manual(worker).advance(nanoseconds: 100, [.cycles: 7]) }
          }
        }
      }
    }
    #expect(result.steps == 2 && result.phases.keys.sorted() == ["columns", "products"])
    #expect(result.phases["products"]?[.cycles] == 40 && result.phases["products"]?[.instructions] == 120)
    #expect(result.phases["columns"]?[.cycles] == 14)
    #expect(result.threads.map { $0[.cycles] } == [20, 34])
    #expect(pool.spans.observer == nil)
  }

  @Test func refusalIsPassedOn() {
    let reason = CountersUnavailable(errno: ENOENT)
    let opened = PhaseCounters.open(ThreadPool(count: 2)) { .failure(reason) }
    guard case .failure(let told) = opened else {
      Issue.record("there are counters")
      return
    }
    #expect(told.description == reason.description && reason.description.hasSuffix("."))
  }
}

extension PhaseCounters {
  fileprivate func manual(_ worker: Int) -> ManualCounters { sources[worker] as! ManualCounters }
}
