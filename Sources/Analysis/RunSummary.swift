import Foundation
import Results
import Statistics
import Terms

/// The statistics and warnings of one pass, as they are printed below the classic lines.
package struct RunSummary {
  package let record: Record
  package let context: Context
  /// The statistics of the durations, in seconds.
  package let summary: Summary
  package var warnings: [any CustomStringConvertible] { ContextWarning.all(record, context) + summary.warnings }

  /// Returns nil where no step was timed.
  package init?(_ record: Record, _ context: Context) {
    guard let summary = Summary(of: record.durations) else { return nil }
    self.record = record
    self.context = context
    self.summary = summary
  }

  /// Images a second at the median step.
  package var imagesPerSecond: Double { Double(record.batchSize) / summary.median }

  /// FLOP/s at the median step. Operations are counted as those of direct convolutions, whatever ran.
  package var flopRate: Double { record.flopPerStep / summary.median }

  /// The rate over the measured peak. It can exceed 1 where an algorithm needs fewer operations than direct
  /// convolution.
  package var peakShare: Double? { record.peakFlopRate.map { flopRate / $0 } }

  /// Lines of plain text.
  package var lines: [String] {
    var lines = [heading, row("step", step), row("spread", spread), row("mean", mean), row("rate", rate)]
    lines += RanksSummary(record)?.rows.map { row($0.name, $0.text) } ?? []
    if let memory { lines.append(row("memory", memory)) }
    if let prepare = record.prepareTime { lines.append(row("prepare", time(prepare, .time(for: prepare)))) }
    if let plan = record.plan { lines.append(row("plan", "\(plan.path), SHA-256 \(plan.sha256.prefix(12))")) }
    lines += backends.map { row("layers", $0) }
    lines.append(row("verified", verified))
    return lines + warnings.map { row("warning", $0.description) }
  }

  private var heading: String {
    "\(record.heading), \(record.instructionSet), back end \(record.backend)"
  }

  /// One unit for all lines of the pass, so that its numbers compare at a glance.
  private var unit: DisplayUnit { .time(for: summary.median) }

  private var step: String {
    let interval = summary.medianInterval
    return "median \(time(summary.median, unit)), 95 % interval "
      + "\(number(interval.lowerBound)) to \(time(interval.upperBound, unit)), \(steps)"
  }

  /// How many steps there are, and why not more: `46 steps (of up to 100: --max-time 45 was over)`.
  private var steps: String {
    let count = "\(summary.count) step\(summary.count == 1 ? "" : "s")"
    guard record.stoppedEarly == .maxTime, let maxTime = record.maxTime else { return count }
    return "\(count) (of up to \(record.requestedBatches): --max-time \(maxTime.formatted()) was over)"
  }

  private var spread: String {
    "min \(number(summary.minimum)), p5 \(number(summary.percentile5)), p95 \(number(summary.percentile95)), "
      + "max \(number(summary.maximum)), MAD \(time(summary.medianAbsoluteDeviation, unit)); "
      + "\(summary.outliers) outlier\(summary.outliers == 1 ? "" : "s") (Tukey), kept"
  }

  private var mean: String {
    "\(number(summary.mean)) +/- \(time(summary.populationDeviation, unit)) "
      + "(standard deviation of a step; standard error \(time(summary.standardError, unit)))"
  }

  private var rate: String {
    let flops = DisplayUnit.gigaflopsPerSecond
    var text =
      "\(DisplayUnit.count.format(imagesPerSecond, decimals: 2)) images/s, "
      + "\(flops.format(flopRate, decimals: 1)) GFLOP/s (counted as direct convolution)"
    if let peakShare, let peak = record.peakFlopRate {
      text +=
        ", \(DisplayUnit.perCent.format(peakShare, decimals: 1)) % of the measured FMA peak, "
        + "\(flops.format(peak, decimals: 1)) GFLOP/s"
    }
    return text
  }

  private var memory: String? {
    let parts = [
      record.peakResidentBytes.map { "\(Self.bytes($0)) peak resident" },
      record.predictedBytes.map { "\(Self.bytes($0)) predicted" },
      record.workspaceBytes.map { "\(Self.bytes($0)) workspace" },
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// A line for each direction, such as `forward: 13 x winograd, F(4x4,3x3); 3 x im2col, sgemm`.
  private var backends: [String] {
    Direction.allCases.compactMap { direction in
      let ran = record.layers.compactMap { layer in
        layer.backends[direction].map { name in
          [name, layer.algorithms[direction]].compactMap(\.self).joined(separator: ", ")
        }
      }
      if ran.isEmpty { return nil }
      let counts = Dictionary(grouping: ran, by: \.self).mapValues(\.count)
      let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      return "\(direction): " + sorted.map { "\($0.value) x \($0.key)" }.joined(separator: "; ")
    }
  }

  private var verified: String {
    let verification = record.verification
    let count = verification.problemsChecked
    let worst = verification.worstError.map { ", worst relative L2 error \($0.shortText)" } ?? ""
    return switch verification.outcome {
    case .passed: "yes, \(count) problem\(count == 1 ? "" : "s") against the reference\(worst)"
    case .failed: "failed\(worst)"
    case .skipped: "no"
    }
  }

  private func row(_ name: String, _ text: String) -> String {
    "  " + name + String(repeating: " ", count: 10 - name.count) + text
  }

  /// Gives a median at least four digits, so that its interval and the MAD seldom print as 0.
  private var decimals: Int { summary.median / unit.scale < 100 ? 3 : 2 }

  private func number(_ seconds: Double) -> String { unit.format(seconds, decimals: decimals) }

  private func time(_ seconds: Double, _ unit: DisplayUnit) -> String {
    "\(unit.format(seconds, decimals: decimals)) \(unit.symbol)"
  }

  private static func bytes(_ count: Int) -> String {
    let unit = DisplayUnit.memory(for: count)
    return "\(unit.format(Double(count), decimals: unit == .gibibytes ? 2 : 0)) \(unit.symbol)"
  }
}
