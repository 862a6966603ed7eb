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

  private static let interval: UInt64 = 100_000_000

  /// - Parameters:
  ///   - columns: of the terminal; the last one stays free, so that nothing wraps
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

  /// Nil unless standard error is a terminal that can move its cursor.
  package static func onStandardError(label: String, plan: MeasurementPlan, clock: any Clock) -> ProgressBar? {
    guard isatty(STDERR_FILENO) == 1, ProcessInfo.processInfo.environment["TERM"] ?? "dumb" != "dumb" else {
      return nil
    }
    var size = winsize()
    let known = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return ProgressBar(label: label, plan: plan, columns: known ? Int(size.ws_col) : 80, clock: clock) { text in
      // A terminal that has gone ends no measurement.
      try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
  }

  package func finished(step: Int, duration: Double) {
    let now = clock.nanoseconds
    if let lastDrawn, now - lastDrawn < Self.interval { return }
    lastDrawn = now
    isVisible = true
    write("\r\(line(done: step + 1))\u{1B}[K")
  }

  package func timingEnded(_ samples: Samples) { clear() }

  /// Takes the bar away, before other lines are printed on the same terminal.
  package func clear() {
    if isVisible { write("\r\u{1B}[K") }
    isVisible = false
  }

  func line(done: Int) -> String {
    let total = plan.burnIn + plan.batches
    let count = "\(done)/\(total)  \(Self.duration(remaining(done: done))) left"
    let barWidth = min(30, columns - 1 - label.count - count.count - 5)
    guard barWidth >= 5 else { return String("\(label)  \(count)".prefix(max(columns - 1, 0))) }
    let filled = barWidth * done / total
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: barWidth - filled)
    return "\(label) [\(bar)]  \(count)"
  }

  /// In seconds, if the steps to come take as long as those that are done.
  private func remaining(done: Int) -> Double {
    let elapsed = clock.seconds(since: start)
    let perStep = elapsed / Double(done)
    let toEnd = perStep * Double(plan.burnIn + plan.batches - done)
    guard let maxTime = plan.maxTime else { return toEnd }
    let fewest = plan.burnIn + min(plan.batches, MeasurementPlan.fewestBatches)
    return min(toEnd, max(maxTime - elapsed, perStep * Double(fewest - done)))
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(max(seconds, 0).rounded(.up))
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }
}
