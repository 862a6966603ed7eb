import Foundation
import Results
import Testing

@testable import Measurement

@Suite struct SystemSampleTests {
  @Test func readsProcessorTimes() {
    let stat = "cpu  7371 10 3001 197583 452 20 39 9 500 0\ncpu0 1 2 3\n"
    let times = ProcessorTimes(stat: stat, ticksPerSecond: 100)
    #expect(times == ProcessorTimes(busy: 104.41, stolen: 0.09))
    #expect(ProcessorTimes(stat: "intr 1 2 3\n", ticksPerSecond: 100) == nil)
    #expect(ProcessorTimes(stat: "", ticksPerSecond: 100) == nil)
  }

  @Test func differencesSeparateOwnFromOthers() {
    var before = SystemSample()
    before.time = 100
    before.loadAverage = 0.5
    before.processors = ProcessorTimes(busy: 1000, stolen: 2)
    before.ownCPUTime = 1
    before.minorPageFaults = 7
    var after = before
    after.time = 160
    after.loadAverage = 2
    after.processors = ProcessorTimes(busy: 1110, stolen: 2.5)
    after.ownCPUTime = 101
    after.voluntaryContextSwitches = 12
    after.involuntaryContextSwitches = 34
    after.minorPageFaults = 63
    after.majorPageFaults = 1
    #expect(
      after.since(before)
        == Activity(
          elapsed: 60, loadAverageBefore: 0.5, loadAverageAfter: 2, ownCPUTime: 100, othersCPUTime: 10,
          stolenCPUTime: 0.5, voluntaryContextSwitches: 12, involuntaryContextSwitches: 34, minorPageFaults: 56,
          majorPageFaults: 1))
  }

  @Test func ticksNeverMakeOthersNegative() {
    var before = SystemSample()
    before.processors = ProcessorTimes(busy: 10, stolen: 0)
    var after = before
    after.ownCPUTime = 0.005
    #expect(after.since(before).othersCPUTime == 0)
    before.processors = nil
    #expect(after.since(before).othersCPUTime == nil)
  }

  @Test func capturesThisProcess() {
    let before = SystemSample.capture()
    var sum = 0.0
    let start = Date()
    while Date().timeIntervalSince(start) < 0.05 { sum += 1 }
    let activity = SystemSample.capture().since(before)
    #expect(sum > 0 && activity.elapsed >= 0.05 && activity.ownCPUTime > 0.01)
    #expect(activity.loadAverageBefore != nil && activity.othersCPUTime != nil)
  }
}
