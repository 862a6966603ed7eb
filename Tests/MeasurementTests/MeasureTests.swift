import Measurement
import Results
import Testing

@Suite struct MeasureTests {
  @Test func separatesBurnInFromTimedSteps() {
    let run = Run(seconds: [9, 8, 1, 2, 3], plan: MeasurementPlan(burnIn: 2, batches: 3))
    #expect(run.samples == Samples(burnIn: [9, 8], durations: [1, 2, 3]))
    #expect(run.notes.events == ["step 0", "step 1", "begin", "step 2", "step 3", "step 4", "end 3"])
  }

  @Test func worksWithoutBurnIn() {
    let run = Run(seconds: [1], plan: MeasurementPlan(burnIn: 0, batches: 1))
    #expect(run.samples == Samples(durations: [1]))
    #expect(run.notes.events == ["begin", "step 0", "end 1"])
  }

  @Test func observersAreNotTimed() {
    let run = Run(seconds: [0.5], plan: MeasurementPlan(burnIn: 1, batches: 4), pause: 100)
    #expect(run.samples.durations == [0.5, 0.5, 0.5, 0.5])
  }

  /// Ten seconds of burn-in leave fifty for timing.
  @Test func maxTimeCountsTheBurnIn() {
    let run = Run(seconds: [1], plan: MeasurementPlan(burnIn: 10, batches: 100, maxTime: 60))
    #expect(run.samples.durations.count == 50)
    #expect(run.samples.stoppedEarly == .maxTime)
  }

  @Test func maxTimeLeavesTenBatches() {
    let run = Run(seconds: [20], plan: MeasurementPlan(burnIn: 10, batches: 100, maxTime: 60))
    #expect(run.samples.burnIn.count == 10)
    #expect(run.samples.durations.count == 10)
    #expect(run.samples.stoppedEarly == .maxTime)
  }

  @Test(arguments: [4, 10])
  func maxTimeLeavesAsManyAsWereAskedFor(_ batches: Int) {
    let run = Run(seconds: [20], plan: MeasurementPlan(burnIn: 1, batches: batches, maxTime: 1))
    #expect(run.samples.durations.count == batches)
    #expect(run.samples.stoppedEarly == nil)
  }

  @Test func maxTimeThatIsReachedWithTheLastBatchIsNoStop() {
    let run = Run(seconds: [1], plan: MeasurementPlan(burnIn: 0, batches: 60, maxTime: 60))
    #expect(run.samples.durations.count == 60)
    #expect(run.samples.stoppedEarly == nil)
  }

  /// The burn-in gets a fifth of the time and the timed steps the rest.
  @Test func burnInThatMayBeShortenedEndsAfterAFifth() {
    let run = Run(
      seconds: [1], plan: MeasurementPlan(burnIn: 10, fewestBurnIn: 2, batches: 100, maxTime: 20))
    #expect(run.samples.burnIn.count == 4 && run.samples.durations.count == 16)
    #expect(run.samples.stoppedEarly == .maxTime)
    #expect(run.notes.events.firstIndex(of: "begin") == 4)
  }

  @Test func shortTimeLeavesTwoAndTen() {
    let run = Run(
      seconds: [20], plan: MeasurementPlan(burnIn: 10, fewestBurnIn: 2, batches: 100, maxTime: 1))
    #expect(run.samples.burnIn.count == 2 && run.samples.durations.count == 10)
  }

  /// The forecast is exact when every step takes as long as expected.
  @Test(arguments: [0.1, 0.7, 1, 4.7, 50])
  func forecastComesTrue(_ step: Double) {
    let plan = MeasurementPlan(burnIn: 10, fewestBurnIn: 2, batches: 100, maxTime: 45)
    let forecast = plan.forecast(step: step, burnIn: 1, elapsed: step)
    let run = Run(seconds: [step], plan: plan)
    #expect(1 + forecast.burnIn == run.samples.burnIn.count && forecast.batches == run.samples.durations.count)
    #expect(forecast.isCut == (run.samples.stoppedEarly == .maxTime))
    let steps = Double(run.samples.burnIn.count + run.samples.durations.count)
    #expect(abs(forecast.seconds - (steps - 1) * step) < 1e-6)
  }

  @Test func noMaxTimeMeansNoStop() {
    let run = Run(seconds: [1e4], plan: MeasurementPlan(burnIn: 0, batches: 30, maxTime: nil))
    #expect(run.samples.durations.count == 30)
  }

  @Test func interruptionKeepsWhatWasMeasured() {
    let run = Run(seconds: [1, 2, 3, 4, 5], plan: MeasurementPlan(burnIn: 1, batches: 100), interruptAfter: 4)
    #expect(run.samples == Samples(burnIn: [1], durations: [2, 3, 4], stoppedEarly: .interrupted))
    #expect(run.notes.events.last == "end 3")
  }

  @Test func interruptionDuringBurnInBeginsNoTiming() {
    let run = Run(seconds: [1], plan: MeasurementPlan(burnIn: 5, batches: 100), interruptAfter: 2)
    #expect(run.samples == Samples(burnIn: [1, 1], stoppedEarly: .interrupted))
    #expect(run.notes.events == ["step 0", "step 1", "end 0"])
  }

  @Test func interruptionInTheLastStepIsNoStop() {
    let run = Run(seconds: [1], plan: MeasurementPlan(burnIn: 0, batches: 3), interruptAfter: 3)
    #expect(run.samples == Samples(durations: [1, 1, 1]))
  }

  @Test func monotonicClockMeasuresTime() {
    let clock = MonotonicClock()
    final class Busy: Workload {
      func step() {
        let start = MonotonicClock().nanoseconds
        while MonotonicClock().nanoseconds - start < 2_000_000 {}
      }
    }
    let plan = MeasurementPlan(burnIn: 1, batches: 3)
    let samples = measure(Busy(), plan: plan, clock: clock, interruption: Interruption(), observer: Notes())
    #expect(samples.durations.count == 3)
    #expect(samples.durations.allSatisfy { $0 >= 0.002 && $0 < 2 })
  }

  private struct Run {
    let samples: Samples
    let notes = Notes()

    /// - Parameter pause: the seconds between two steps
    init(seconds: [Double], plan: MeasurementPlan, pause: Double = 0, interruptAfter: Int? = nil) {
      let clock = ManualClock()
      let interruption = Interruption()
      let workload = FakeWorkload(seconds: seconds, clock: clock)
      workload.afterStep = { if $0 == interruptAfter { interruption.request() } }
      notes.betweenSteps = { clock.advance(seconds: pause) }
      samples = measure(workload, plan: plan, clock: clock, interruption: interruption, observer: notes)
    }
  }
}
