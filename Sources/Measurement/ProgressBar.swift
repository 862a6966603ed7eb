import Foundation

/// A bar with the remaining time, redrawn in place on a terminal's last line.
///
///     vgg16 forward [########............]  40/110  31 s left
package final class ProgressBar: Observer {
  private let label: String
  private let plan: MeasurementPlan
  private let columns: Int
  private let clock: any Clock
  private let write: (String) -> Void
  private let start: UInt64
  private var lastDrawn: UInt64?
  private var isVisible = false
  /// The burn-in steps, once they are over.
  private var burnIn: Int?
  private var done = 0

  private static let interval: UInt64 = 100_000_000

  /// - Parameters:
  ///   - columns: the width of the terminal; the last column stays free, so that no line wraps
  ///   - write: is given text that ends without a line end
  package init(
    label: String, plan: MeasurementPlan, columns: Int, clock: any Clock, write: @escaping (String) -> Void
  ) {
    self.label = label
    self.plan = plan
    self.columns = columns
    self.clock = clock
    self.write = write
    start = clock.nanoseconds
  }

  /// Returns nil unless standard error is a terminal that can move its cursor.
  package static func onStandardError(label: String, plan: MeasurementPlan, clock: any Clock) -> ProgressBar? {
    guard isatty(STDERR_FILENO) == 1, !["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "") else {
      return nil
    }
    var size = winsize()
    let known = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return ProgressBar(label: label, plan: plan, columns: known ? Int(size.ws_col) : 80, clock: clock) { text in
      // A terminal that has gone must not end the measurement.
      try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
  }

  package func timingBegins() { burnIn = done }

  package func finished(step: Int, duration: Double) {
    done = step + 1
    let now = clock.nanoseconds
    if let lastDrawn, now - lastDrawn < Self.interval { return }
    lastDrawn = now
    isVisible = true
    write("\r\(line)\u{1B}[K")
  }

  package func timingEnded(_ samples: Samples) { clear() }

  /// Takes the bar away, before other lines are printed on the same terminal.
  package func clear() {
    if isVisible { write("\r\u{1B}[K") }
    isVisible = false
  }

  var line: String {
    let elapsed = clock.seconds(since: start)
    // The steps to come are taken to last as long as those that are done.
    let forecast = plan.forecast(
      step: elapsed / Double(max(done, 1)), burnIn: burnIn ?? done, measured: burnIn.map { done - $0 }, elapsed: elapsed
    )
    let total = done + forecast.burnIn + forecast.batches
    let count = "\(done)/\(total)  \(durationText(forecast.seconds)) left"
    let barWidth = min(30, columns - 1 - label.count - count.count - 5)
    guard barWidth >= 5 else { return String("\(label)  \(count)".prefix(max(columns - 1, 0))) }
    let filled = barWidth * done / max(total, 1)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: barWidth - filled)
    return "\(label) [\(bar)]  \(count)"
  }
}
