import Measurement
import Results
import Terms
import Testing

@Suite struct ClassicLinesTests {
  /// The steps of the published tables must give their closing line.
  @Test func classic2015ReproducesThePublishedLine() throws {
    let lines = print(.classic2015, steps: publishedSteps)
    #expect(lines.count == 10)
    #expect(lines.last?.hasSuffix(": Forward across 100 steps, 0.540 +/- 0.054 sec / batch") == true)
    let printed = lines.dropLast().map { $0.split(separator: ": ", maxSplits: 1)[1] }
    #expect(printed == (1...9).map { "step \($0 * 10), duration = 0.542" })
  }

  @Test func classicIsExactToTheByte() {
    let lines = print(.classic, steps: [0.5, 0.5, 0.5, 0.75], start: noon(microseconds: 123_456), batches: 12)
    #expect(
      lines == [
        "2026-01-31 12:00:06.123456: step 0, duration = 0.500",
        "2026-01-31 12:00:11.873456: step 10, duration = 0.500",
        "2026-01-31 12:00:12.373456: Forward across 12 steps, 0.562 +/- 0.108 sec / batch",
      ])
  }

  @Test func classicOfThePublishedStepsHasNeitherQuirk() {
    let lines = print(.classic, steps: publishedSteps)
    #expect(lines.count == 11)
    #expect(lines.last?.hasSuffix(": Forward across 100 steps, 0.545 +/- 0.001 sec / batch") == true)
  }

  @Test func microsecondsThatAreZeroAreLeftOut() {
    let lines = print(.classic, steps: [1], batches: 1)
    #expect(
      lines == [
        "2026-01-31 12:00:11: step 0, duration = 1.000",
        "2026-01-31 12:00:11: Forward across 1 steps, 1.000 +/- 0.000 sec / batch",
      ])
  }

  /// The original takes the root of E[x^2] - E[x]^2, which rounds below zero for equal steps.
  @Test func equalStepsHaveADeviationOfZero() {
    #expect(TimingProtocol.classic.meanAndDeviation([Double](repeating: 0.1, count: 1000)).deviation == 0)
  }

  /// The first sample does not count, but the sums are divided by the number of all samples.
  @Test func classic2015SkipsOneSample() {
    let quirk = TimingProtocol.classic2015.meanAndDeviation([9] + [Double](repeating: 0.1, count: 99))
    #expect(abs(quirk.mean - 0.099) < 1e-12)
    #expect(abs(quirk.deviation - 0.1 * (0.01 * 0.99).squareRoot()) < 1e-12)
  }

  @Test(arguments: zip(Pass.allCases, ["Forward", "Forward-backward", "Train"]))
  func passesHaveTheirInfoStrings(_ pass: Pass, _ name: String) {
    let lines = print(.classic, steps: [1], pass: pass, batches: 1)
    #expect(lines.last == "2026-01-31 12:00:11: \(name) across 1 steps, 1.000 +/- 0.000 sec / batch")
  }

  @Test func linesArriveWhileMeasuring() {
    let clock = ManualClock(start: noon())
    let workload = FakeWorkload(seconds: [1], clock: clock)
    var arrivals: [Int] = []
    let lines = ClassicLines(.classic, pass: .forward, clock: clock) { _ in
      arrivals.append(workload.steps)
    }
    let plan = MeasurementPlan(burnIn: 10, batches: 30)
    _ = measure(workload, plan: plan, clock: clock, interruption: Interruption(), observer: lines)
    #expect(arrivals == [11, 21, 31, 40])
  }

  @Test func nothingTimedPrintsNothing() {
    var count = 0
    let lines = ClassicLines(.classic, pass: .forward, clock: ManualClock()) { _ in count += 1 }
    lines.timingEnded(Samples(burnIn: [1], stoppedEarly: .interrupted))
    #expect(count == 0)
  }

  @Test func protocolsAreCalledAsOnTheCommandLine() {
    #expect(TimingProtocol.allCases.map(\.rawValue) == ["classic", "classic-2015"])
  }

  private func print(
    _ timing: TimingProtocol, steps: [Double], pass: Pass = .forward, start: WallTime = noon(), batches: Int = 100
  ) -> [String] {
    let clock = ManualClock(start: start)
    var printed: [String] = []
    let lines = ClassicLines(timing, pass: pass, clock: clock) { printed.append($0) }
    let plan = MeasurementPlan(burnIn: 10, batches: batches, maxTime: nil)
    let workload = FakeWorkload(seconds: steps, clock: clock)
    _ = measure(workload, plan: plan, clock: clock, interruption: Interruption(), observer: lines)
    return printed
  }
}
