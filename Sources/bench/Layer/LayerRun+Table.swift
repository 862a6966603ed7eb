import Analysis
import Convolution
import Foundation
import Statistics

extension LayerRun {
  /// The entry that the others are compared with: the back end named, else im2col, else the last one.
  private func baseline(_ name: String?) -> Entry? {
    entries.first { $0.backend == name ?? BackendComparison.defaultBaseline } ?? entries.last
  }

  /// What rows begin with: the name, which is missing where there is none beside the text, then problem, count and
  /// direction.
  private var subject: [Table.Cell] {
    [
      problem.name == problem.problem.description ? .missing : .text(problem.name), .text(problem.problem.description),
      .number(Double(problem.count)), .text(direction.description),
    ]
  }

  private static let subjectColumns: [Table.Column] = [
    .init("layer"), .init("problem"), .init("count", .count, decimals: 0), .init("direction"),
  ]

  /// A row for each back end, fastest first.
  fileprivate func rows(_ name: String?, peak: Double) -> [[Table.Cell]] {
    let baseline = baseline(name)
    return entries.sorted { $0.time < $1.time }.map { entry in
      let rate = problem.problem.flops / entry.time
      let isBaseline = entry.backend == baseline?.backend
      let speed = isBaseline ? nil : baseline.flatMap { PairedRatio(entry.durations, against: $0.durations) }
      return subject + [
        .text(entry.backend), .text(entry.algorithm), .number(entry.time), .number(rate), .number(rate / peak),
        .text(String(format: "%.1e", entry.error.relativeL2)), .number(Double(entry.workspaceBytes)),
        Table.Cell(isBaseline ? 1 : speed?.ratio), Table.Cell(speed?.interval.lowerBound),
        Table.Cell(speed?.interval.upperBound),
      ]
    }
      + broken.map { broken in
        subject + [.text(broken.backend), .text("broken")] + [Table.Cell](repeating: .missing, count: 8)
      }
  }

  /// A row with the fastest back end and how far the second is behind.
  fileprivate func fastest() -> [Table.Cell] {
    let sorted = entries.sorted { $0.time < $1.time }
    guard let best = sorted.first else {
      return subject + [Table.Cell](repeating: .missing, count: 6)
    }
    let second = sorted.dropFirst().first
    let margin = second.flatMap { PairedRatio(best.durations, against: $0.durations) }
    return subject + [
      .text(best.backend), .number(best.time), second.map { .text($0.backend) } ?? .missing, Table.Cell(margin?.ratio),
      Table.Cell(margin?.interval.lowerBound),
      Table.Cell(margin?.interval.upperBound),
    ]
  }

  /// A table of every back end in every direction.
  /// - Parameter warnings: what the circumstances say against the numbers. Most of it cancels in 'speed', because the
  ///   back ends take turns, but not a forced BLAS core: the default baseline calls the BLAS.
  static func table(
    _ runs: [LayerRun], title: String, baseline: String?, peak: Double, warnings: [ContextWarning]
  ) -> Table {
    let time = DisplayUnit.time(for: runs.flatMap(\.entries).map(\.time).min() ?? 1)
    return Table(
      title,
      columns: subjectColumns + [
        .init("back end"), .init("algorithm"), .init("time", time, decimals: 3),
        .init("rate", .gigaflopsPerSecond, decimals: 1), .init("of peak", .perCent, decimals: 1), .init("error L2"),
        .init("workspace", .mebibytes, decimals: 2), .init("speed", .times, decimals: 3),
        .init("low", .times, decimals: 3), .init("high", .times, decimals: 3),
      ], rows: runs.flatMap { $0.rows(baseline, peak: peak) },
      notes: [
        "Speed: relative to \(baseline ?? BackendComparison.defaultBaseline), or to the last back end of the list where that does not take the problem; the "
          + "median over rounds measured in turns, with its 95 % interval. Rates count the operations of direct convolution.",
        "The filter is packed before the forward steps and inside every gradient step, as in a network.",
        "To repeat one: bench layer PROBLEM.",
      ] + runs.flatMap(\.broken).map { "Broken: \($0.reason)" } + absences(runs) + warnings.map { "Warning: \($0)" })
  }

  static func fastest(_ runs: [LayerRun]) -> Table {
    Table(
      "The fastest back end of each",
      columns: subjectColumns + [
        .init("fastest"), .init("time", .milliseconds, decimals: 3),
        .init("second"), .init("faster by", .times, decimals: 3), .init("low", .times, decimals: 3),
        .init("high", .times, decimals: 3),
      ], rows: runs.map { $0.fastest() }, notes: ["Where 'low' is below 1.0, the two cannot be told apart."])
  }

  /// A sentence for each back end that is missing somewhere. It gives the first reason.
  private static func absences(_ runs: [LayerRun]) -> [String] {
    let leftOut = runs.flatMap(\.leftOut)
    let all = Dictionary(grouping: leftOut, by: \.backend)
    var seen = Set<String>()
    return leftOut.map(\.backend).filter { seen.insert($0).inserted }.compactMap { backend in
      all[backend].map { "\(backend) is missing in \($0.count) of \(runs.count), because: \($0[0].reason)" }
    }
  }
}
