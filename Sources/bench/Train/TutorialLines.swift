import Foundation
import Measurement
import Training

/// Prints the lines of the CIFAR-10 tutorial, byte for byte.
///
///     Filling queue with 20000 CIFAR images before starting to train. This will take a few minutes.
///     2026-01-31 12:00:00.123456: step 10, loss = 4.66 (533.8 examples/sec; 0.240 sec/batch)
///     2026-01-31 12:10:00.123456: precision @ 1 = 0.860
///
/// Rates are those of the steps since the line before. The tutorial divides by ten steps also where there was one, in
/// its first line; here that line divides by one.
final class TutorialLines {
  private let batch: Int
  private let clock: any Clock
  private var lineTime: UInt64
  private var stepsSinceLine = 0

  init(batch: Int, clock: any Clock) {
    self.batch = batch
    self.clock = clock
    lineTime = clock.nanoseconds
  }

  static func filling(_ count: Int, of name: String) -> String {
    "Filling queue with \(count) \(name) images before starting to train. This will take a few minutes."
  }

  static func precision(_ value: Double, clock: any Clock) -> String {
    "\(clock.wallTime.pythonText): precision @ 1 = \(String(format: "%.3f", value))"
  }

  /// The time runs from here on: what was done before, such as filling the queue, belongs to no step.
  func begin() { (lineTime, stepsSinceLine) = (clock.nanoseconds, 0) }

  /// Leaves the nanoseconds out that something else than steps has taken.
  func leaveOut(_ nanoseconds: UInt64) { lineTime += nanoseconds }

  /// - Parameters:
  ///   - step: from 0 on
  ///   - isFirst: whether it is the first of this run, which has a line of its own
  /// - Returns: the line of every tenth step
  func line(step: Int, isFirst: Bool, loss: Double) -> String? {
    stepsSinceLine += 1
    guard step.isMultiple(of: 10) || isFirst else { return nil }
    let seconds = max(clock.seconds(since: lineTime), 1e-9) / Double(stepsSinceLine)
    begin()
    return "\(clock.wallTime.pythonText): step \(step), loss = "
      + String(format: "%.2f (%.1f examples/sec; %.3f sec/batch)", loss, Double(batch) / seconds, seconds)
  }
}
