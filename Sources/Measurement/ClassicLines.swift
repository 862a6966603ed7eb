import Foundation
import Results
import Terms

/// Prints the lines of the classic script while a pass is measured, byte for byte.
///
///     2026-01-31 12:00:00.123456: step 10, duration = 0.512
///     2026-01-31 12:00:51.654321: Forward across 100 steps, 0.511 +/- 0.004 sec / batch
///
/// Timed steps 0, 10, 20, ... print a line, as they do there after its ten steps of burn-in.
package final class ClassicLines: Observer {
  private let timing: TimingProtocol
  private let pass: Pass
  private let clock: any Clock
  private let print: (String) -> Void
  /// The timed steps that are done; nil during the burn-in.
  private var timed: Int?

  /// - Parameter print: is given each line, without its line end, as soon as it is known.
  package init(_ timing: TimingProtocol, pass: Pass, clock: any Clock, print: @escaping (String) -> Void) {
    self.timing = timing
    self.pass = pass
    self.clock = clock
    self.print = print
  }

  package func timingBegins() { timed = 0 }

  package func finished(step: Int, duration: Double) {
    guard let number = timed else { return }
    timed = number + 1
    guard timing.counts(number), number.isMultiple(of: 10) else { return }
    print("\(now): step \(number), duration = \(String(format: "%.3f", duration))")
  }

  /// Prints nothing where no step was timed.
  package func timingEnded(_ samples: Samples) {
    let count = samples.durations.count
    guard count > 0 else { return }
    let (mean, deviation) = timing.meanAndDeviation(samples.durations)
    let figures = String(format: "%.3f +/- %.3f", mean, deviation)
    print("\(now): \(pass.infoString) across \(count) steps, \(figures) sec / batch")
  }

  private var now: String { clock.wallTime.pythonText }
}
