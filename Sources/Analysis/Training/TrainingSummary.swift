import Foundation
import Results
import Statistics

/// What a training came to, as it is printed below its lines: the loss, the time of a step, and whether readers or
/// network kept the other waiting.
package struct TrainingSummary {
  package let record: TrainingRecord

  package init(_ record: TrainingRecord) { self.record = record }

  /// Above this share of waiting the readers are what to improve.
  package static let starving = 0.05

  /// The share of the steps' time in which they waited for images.
  package var waitingShare: Double {
    let total = record.durations.reduce(0, +)
    return total > 0 ? record.waits.reduce(0, +) / total : 0
  }

  /// Lines of plain text; none where no step was made.
  package var lines: [String] {
    guard let first = record.losses.first, let last = record.losses.last, let average = record.lossAverage,
      let step = Summary(of: record.durations)
    else { return [] }
    let steps = record.firstStep..<record.firstStep + record.losses.count
    return [
      "\(record.model), batch \(record.batchSize), \(record.imageSize)x\(record.imageSize), \(record.data), "
        + "\(record.threads) thread\(record.threads == 1 ? "" : "s"), \(record.instructionSet)",
      row("steps", "\(steps.lowerBound) to \(steps.upperBound - 1) of \(record.requestedSteps)"),
      row("loss", String(format: "%.4f at first, %.4f at last, moving average %.4f", first, last, average)),
      row(
        "step",
        String(
          format: "median %.1f ms, %.1f images/s", step.median * 1e3, Double(record.batchSize) / step.median)),
      row("input", input),
    ]
  }

  private var input: String {
    let count = Double(record.durations.count)
    let work = record.readerWork.reduce(0, +) / count
    let readers = "\(record.readers) reader\(record.readers == 1 ? "" : "s")"
    let times = String(
      format: "a step waited %.1f ms (%.1f %%) for images, on which %@ worked %.1f ms",
      record.waits.reduce(0, +) / count * 1e3, waitingShare * 100, readers, work * 1e3)
    return times
      + (waitingShare > Self.starving
        ? "; the readers kept the network waiting" : "; the network kept the readers waiting")
  }

  private func row(_ name: String, _ text: String) -> String {
    "  " + name.padding(toLength: 10, withPad: " ", startingAt: 0) + text
  }
}
