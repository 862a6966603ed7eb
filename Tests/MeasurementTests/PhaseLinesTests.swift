import Testing

@testable import Measurement

@Suite struct PhaseLinesTests {
  private func lines(_ plan: MeasurementPlan, steps: [Double], unit: String = "step") -> [String] {
    let clock = ManualClock()
    var printed: [String] = []
    let lines = PhaseLines(label: "vgg16 forward", unit: unit, plan: plan, clock: clock) { printed.append($0) }
    let workload = FakeWorkload(seconds: steps, clock: clock)
    _ = measure(workload, plan: plan, clock: clock, interruption: Interruption(), observer: lines)
    return printed
  }

  /// The first step is slow, so its estimate is too long; the second line has the corrected one.
  @Test func firstStepEstimatesAndTheLastOneCorrects() {
    let plan = MeasurementPlan(burnIn: 10, fewestBurnIn: 2, batches: 100, maxTime: 45)
    #expect(
      lines(plan, steps: [1.5] + [Double](repeating: 0.8, count: 200)) == [
        "vgg16 forward: burn-in, 6 steps of about 1.50 s; timing follows in 8 s.",
        "vgg16 forward: timing 46 steps of about 0.80 s, 37 s in all (--max-time 45 leaves no time for 100).",
      ])
  }

  @Test func planThatIsNotCutGivesNoReason() {
    #expect(
      lines(MeasurementPlan(burnIn: 10, batches: 100, maxTime: nil), steps: [0.05]) == [
        "vgg16 forward: burn-in, 10 steps of about 50 ms; timing follows in 1 s.",
        "vgg16 forward: timing 100 steps of about 50 ms, 5 s in all.",
      ])
  }

  @Test func roundsAreCalledRounds() {
    #expect(
      lines(MeasurementPlan(burnIn: 1, batches: 1, maxTime: nil), steps: [60], unit: "round") == [
        "vgg16 forward: burn-in, 1 round of about 60.00 s; timing follows in 0 s.",
        "vgg16 forward: timing 1 round of about 60.00 s, 1 min 0 s in all.",
      ])
  }

  @Test func withoutBurnInThereIsNothingToEstimateFrom() {
    #expect(
      lines(MeasurementPlan(burnIn: 0, batches: 5), steps: [1]) == ["vgg16 forward: timing up to 5 steps."])
  }
}
