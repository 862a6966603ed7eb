import Foundation

/// Says what a pass is doing and how long that will take: a plain line for each phase, also where standard error is no
/// terminal.
///
///     vgg16 forward: burn-in, 10 steps of about 0.81 s; timing follows in 7 s.
///     vgg16 forward: timing 46 steps of about 0.80 s, 37 s in all (--max-time 45 leaves no time for 100).
///
/// The first step of the burn-in gives the first estimate; the last one corrects it, because the first is often slow.
package final class PhaseLines: Observer {
  private let label: String
  private let unit: String
  private let plan: MeasurementPlan
  private let clock: any Clock
  private let print: (String) -> Void
  private let start: UInt64
  private var done = 0
  private var last = 0.0

  /// - Parameters:
  ///   - label: what is measured, such as `vgg16 forward`
  ///   - unit: what is counted, `step` or `round`
  ///   - print: is given each line without its line end
  package init(
    label: String, unit: String = "step", plan: MeasurementPlan, clock: any Clock, print: @escaping (String) -> Void
  ) {
    self.label = label
    self.unit = unit
    self.plan = plan
    self.clock = clock
    self.print = print
    start = clock.nanoseconds
  }

  package func finished(step: Int, duration: Double) {
    done += 1
    last = duration
    guard step == 0, plan.burnIn > 0 else { return }
    let elapsed = clock.seconds(since: start)
    let forecast = plan.forecast(step: duration, burnIn: 1, elapsed: elapsed)
    let rest = duration * Double(forecast.burnIn)
    print(
      "\(label): burn-in, \(count(1 + forecast.burnIn)) of about \(stepText(duration)); timing follows in "
        + "\(durationText(rest)).")
  }

  package func timingBegins() {
    guard done > 0 else {
      print("\(label): timing \(plan.batches == 1 ? "" : "up to ")\(count(plan.batches)).")
      return
    }
    let forecast = plan.forecast(step: last, burnIn: done, measured: 0, elapsed: clock.seconds(since: start))
    let reason = plan.maxTime.map { " (--max-time \($0.formatted()) leaves no time for \(plan.batches))" } ?? ""
    print(
      "\(label): timing \(count(forecast.batches)) of about \(stepText(last)), \(durationText(forecast.seconds)) in all"
        + "\(forecast.isCut ? reason : "").")
  }

  private func count(_ number: Int) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }

  private func stepText(_ seconds: Double) -> String {
    seconds < 0.1 ? String(format: "%.2g ms", seconds * 1e3) : String(format: "%.2f s", seconds)
  }
}

/// A duration in whole seconds, rounded up: `31 s`, `3 min 5 s`.
package func durationText(_ seconds: Double) -> String {
  let whole = Int(min(max(seconds, 0), 1e9).rounded(.up))
  return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
}
