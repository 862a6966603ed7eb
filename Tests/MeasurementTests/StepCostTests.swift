import Foundation
import Results
import Testing

@testable import Measurement

@Suite struct StepCostTests {
  @Test func allocationsOfAThreadAreCounted() {
    let cost = costOfThread {
      let (a, b, c, d) = (malloc(100), calloc(10, 10), realloc(nil, 100), aligned_alloc(64, 128))
      free(a)
      free(b)
      free(c)
      free(d)
    }
    #expect(cost.allocations == 4 && cost.allocatedBytes == 428, "\(cost)")
  }

  @Test func alignmentIsThatOfTheRequest() {
    var block: UnsafeMutableRawPointer?
    #expect(posix_memalign(&block, 4096, 100) == 0 && UInt(bitPattern: block) % 4096 == 0)
    free(block)
    #expect(posix_memalign(&block, 24, 100) == EINVAL)
  }

  @Test func processHasTheAllocationsOfAllThreads() throws {
    StepCost.countAllocations()
    let before = StepCost.capture()
    let thread = Thread { free(malloc(123_456)) }
    thread.start()
    while !thread.isFinished { sched_yield() }
    let cost = StepCost.capture().since(before)
    #expect(try #require(cost.allocations) >= 1 && #require(cost.allocatedBytes) >= 123_456)
  }

  @Test func pageFaultsOfAThreadAreCounted() {
    let cost = costOfThread { touch(pages: 200) }
    #expect((200..<300).contains(cost.minorPageFaults), "\(cost)")
  }

  @Test func captureAllocatesNothing() {
    #expect(costOfThread { _ = StepCost.capture() }.allocations == 0)
  }

  @Test func differencesAreTakenOfEachValue() {
    let before = StepCost(allocations: 1, allocatedBytes: 2, minorPageFaults: 3, majorPageFaults: 4)
    var after = StepCost(
      allocations: 11, allocatedBytes: 22, minorPageFaults: 33, majorPageFaults: 44, voluntaryContextSwitches: 5,
      involuntaryContextSwitches: 6)
    let expected = StepCost(
      allocations: 10, allocatedBytes: 20, minorPageFaults: 30, majorPageFaults: 40, voluntaryContextSwitches: 5,
      involuntaryContextSwitches: 6)
    #expect(after.since(before) == expected)
    after.allocations = nil
    #expect(after.since(before).allocations == nil)
  }
}

/// What `body` takes on this thread. It runs twice, because the first time makes metadata of the runtime.
func costOfThread(_ body: () -> Void) -> StepCost {
  StepCost.countAllocations()
  var cost = StepCost()
  for _ in 0..<2 {
    let before = StepCost.capture(.thread)
    body()
    cost = StepCost.capture(.thread).since(before)
  }
  return cost
}
