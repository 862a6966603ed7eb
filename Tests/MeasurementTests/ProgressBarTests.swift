import Testing

@testable import Measurement

@Suite struct ProgressBarTests {
  let clock = ManualClock()

  @Test func showsRemainingTime() {
    let progress = bar(columns: 80, plan: MeasurementPlan(burnIn: 10, batches: 90, maxTime: nil))
    take(40, progress, burnIn: 10)
    clock.advance(seconds: 20)
    #expect(progress.line == "vgg16 forward [############..................]  40/100  30 s left")
    clock.advance(seconds: 100)
    #expect(progress.line.hasSuffix("40/100  3 min 0 s left"))
    take(60, progress, from: 40)
    #expect(progress.line == "vgg16 forward [##############################]  100/100  0 s left")
  }

  private func take(_ steps: Int, _ progress: ProgressBar, from first: Int = 0, burnIn: Int? = nil) {
    for step in first..<first + steps {
      if step == burnIn { progress.timingBegins() }
      progress.finished(step: step, duration: 0)
    }
  }

  /// 100 s of steps would remain, but the time limit ends them; ten batches are measured in any case.
  @Test func knowsMaxTime() {
    let plan = MeasurementPlan(burnIn: 0, batches: 120, maxTime: 60)
    let quick = bar(columns: 80, plan: plan)
    take(20, quick, burnIn: 0)
    clock.advance(seconds: 20)
    #expect(quick.line.hasSuffix("20/60  40 s left"))
    let slow = bar(columns: 80, plan: plan)
    take(5, slow, burnIn: 0)
    clock.advance(seconds: 60)
    #expect(slow.line.hasSuffix("5/10  1 min 0 s left"))
  }

  @Test(arguments: [1, 10, 20, 40, 60, 80, 200])
  func fitsTheTerminal(_ columns: Int) {
    let progress = bar(columns: columns, plan: MeasurementPlan(burnIn: 10, batches: 100))
    clock.advance(seconds: 1)
    for (first, steps) in [(0, 1), (1, 54), (55, 55)] {
      take(steps, progress, from: first, burnIn: 10)
      #expect(progress.line.count < columns)
    }
  }

  @Test func isDrawnTenTimesASecondAndClearedAtTheEnd() {
    var written: [String] = []
    let plan = MeasurementPlan(burnIn: 0, batches: 100)
    let progress = ProgressBar(label: "x", plan: plan, columns: 80, clock: clock) { written.append($0) }
    let workload = FakeWorkload(seconds: [0.01], clock: clock)
    _ = measure(workload, plan: plan, clock: clock, interruption: Interruption(), observer: progress)
    #expect((9...11).contains(written.count - 1))
    #expect(written.dropLast().allSatisfy { $0.hasPrefix("\rx [") && $0.hasSuffix("\u{1B}[K") })
    #expect(written.last == "\r\u{1B}[K")
    progress.clear()
    #expect(written.last == "\r\u{1B}[K" && (10...12).contains(written.count))
  }

  private func bar(columns: Int, plan: MeasurementPlan) -> ProgressBar {
    ProgressBar(label: "vgg16 forward", plan: plan, columns: columns, clock: clock) { _ in }
  }
}
