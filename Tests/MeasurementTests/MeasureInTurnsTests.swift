import Measurement
import Testing

@Suite struct MeasureInTurnsTests {
  let clock = ManualClock()

  @Test func everyRoundHasEachOnceAndTurnsRound() {
    var order: [Int] = []
    let workloads = [0.1, 0.2, 0.3].enumerated().map { index, seconds in
      let workload = FakeWorkload(seconds: [seconds], clock: clock)
      workload.afterStep = { _ in order.append(index) }
      return workload
    }
    let notes = Notes()
    let samples = measureInTurns(
      workloads, plan: MeasurementPlan(burnIn: 1, batches: 2, maxTime: nil), clock: clock,
      interruption: Interruption(), observer: notes)
    #expect(order == [0, 1, 2, 2, 1, 0, 0, 1, 2])
    #expect(notes.events == ["step 0", "begin", "step 1", "step 2", "end 2"])
    for (sample, seconds) in zip(samples, [0.1, 0.2, 0.3]) {
      #expect(sample.burnIn.map { ($0 * 1e9).rounded() / 1e9 } == [seconds])
      #expect(sample.durations.map { ($0 * 1e9).rounded() / 1e9 } == [seconds, seconds])
      #expect(sample.stoppedEarly == nil)
    }
  }

  /// The first step after another workload's is slow and is not timed.
  @Test func shortStepsAreWarmedUp() {
    let quick = FakeWorkload(seconds: [0.001], clock: clock)
    let slow = FakeWorkload(seconds: [1], clock: clock)
    let samples = measureInTurns(
      [quick, slow], plan: MeasurementPlan(burnIn: 1, batches: 4, maxTime: nil), clock: clock,
      interruption: Interruption())
    #expect(quick.steps == 1 + 4 * 2 && slow.steps == 5)
    #expect(samples.allSatisfy { $0.durations.count == 4 })
  }

  @Test func timeIsForAllTogether() {
    let workloads = [1.0, 2].map { FakeWorkload(seconds: [$0], clock: clock) }
    let samples = measureInTurns(
      workloads, plan: MeasurementPlan(burnIn: 0, batches: 100, maxTime: 40), clock: clock,
      interruption: Interruption())
    // Fourteen rounds of three seconds are the first to pass 40 s.
    #expect(samples.map(\.durations.count) == [14, 14])
    #expect(samples.allSatisfy { $0.stoppedEarly == .maxTime })
  }

  @Test func roundThatWasInterruptedIsDropped() {
    let interruption = Interruption()
    let workloads = [1.0, 2].map { FakeWorkload(seconds: [$0], clock: clock) }
    workloads[0].afterStep = { if $0 == 3 { interruption.request() } }
    let samples = measureInTurns(
      workloads, plan: MeasurementPlan(burnIn: 0, batches: 10, maxTime: nil), clock: clock, interruption: interruption)
    #expect(samples.map(\.durations.count) == [2, 2])
    #expect(samples.allSatisfy { $0.stoppedEarly == .interrupted })
  }
}
