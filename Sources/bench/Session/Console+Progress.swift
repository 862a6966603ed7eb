import Measurement

extension Console {
  /// Follows a measurement on standard error: a plain line for each phase and, on a terminal, a bar below.
  func progress(label: String, unit: String = "step", plan: MeasurementPlan, clock: any Clock) -> Progress {
    let bar = ProgressBar.onStandardError(label: label, plan: plan, clock: clock)
    let lines = PhaseLines(label: label, unit: unit, plan: plan, clock: clock) { line in
      bar?.clear()
      note(line)
    }
    return Progress(lines, bar)
  }
}

/// The lines and the bar of one measurement.
final class Progress: Observer {
  private let lines: PhaseLines
  private let bar: ProgressBar?

  init(_ lines: PhaseLines, _ bar: ProgressBar?) { (self.lines, self.bar) = (lines, bar) }

  /// Takes the bar away before something else is printed.
  func clear() { bar?.clear() }

  func timingBegins() {
    lines.timingBegins()
    bar?.timingBegins()
  }

  func finished(step: Int, duration: Double) {
    lines.finished(step: step, duration: duration)
    bar?.finished(step: step, duration: duration)
  }

  func timingEnded(_ samples: Samples) { bar?.timingEnded(samples) }
}
