import Analysis
import Convolution
import Foundation
import Statistics

extension LayerRun {
  /// The entry that the others are compared with: the one named, im2col, or the last.
  private func reference(_ name: String?) -> Entry? {
    entries.first { $0.backend == name ?? BackendComparison.defaultReference } ?? entries.last
  }

  /// The name, where the problem has one.
  private var layer: Table.Cell {
    problem.name == problem.problem.description ? .missing : .text(problem.name)
  }

  /// Fastest first.
  fileprivate func rows(_ name: String?, peak: Double) -> [[Table.Cell]] {
    let reference = reference(name)
    return entries.sorted { $0.time < $1.time }.map { entry in
      let rate = problem.problem.flops / entry.time
      let isReference = entry.backend == reference?.backend
      let speed = isReference ? nil : reference.flatMap { PairedRatio(entry.durations, against: $0.durations) }
      return [
        layer, .text(problem.problem.description), .text(direction.description), .text(entry.backend),
        .text(entry.algorithm),
        .number(entry.time), .number(rate), .number(rate / peak),
        .text(String(format: "%.1e", entry.error.relativeL2)), .number(Double(entry.workspaceBytes)),
        Table.Cell(isReference ? 1 : speed?.ratio), Table.Cell(speed?.interval.lowerBound),
        Table.Cell(speed?.interval.upperBound),
      ]
    }
  }

  /// The fastest and how far the second is behind.
  fileprivate func winner() -> [Table.Cell] {
    let sorted = entries.sorted { $0.time < $1.time }
    guard let best = sorted.first else {
      return [layer, .text(problem.problem.description), .text(direction.description)]
        + [Table.Cell](repeating: .missing, count: 6)
    }
    let second = sorted.dropFirst().first
    let margin = second.flatMap { PairedRatio(best.durations, against: $0.durations) }
    return [
      layer, .text(problem.problem.description), .text(direction.description), .text(best.backend),
      .number(best.time),
      second.map { .text($0.backend) } ?? .missing, Table.Cell(margin?.ratio), Table.Cell(margin?.interval.lowerBound),
      Table.Cell(margin?.interval.upperBound),
    ]
  }

  /// Every back end in every direction; the sentences that are not about speed are the notes.
  /// - Parameter warnings: of the circumstances. Turns make most of them cancel in 'speed', but not a forced BLAS: the
  ///   default reference calls it.
  static func table(
    _ runs: [LayerRun], title: String, reference: String?, peak: Double, warnings: [ContextWarning]
  ) -> Table {
    let time = DisplayUnit.time(for: runs.flatMap(\.entries).map(\.time).min() ?? 1)
    return Table(
      title,
      columns: [
        .init("layer"), .init("problem"), .init("direction"), .init("back end"), .init("algorithm"),
        .init("time", time, decimals: 3),
        .init("rate", .gigaflopsPerSecond, decimals: 1), .init("of peak", .perCent, decimals: 1), .init("error L2"),
        .init("workspace", .mebibytes, decimals: 2), .init("speed", .times, decimals: 3),
        .init("low", .times, decimals: 3), .init("high", .times, decimals: 3),
      ], rows: runs.flatMap { $0.rows(reference, peak: peak) },
      notes: [
        "Speed: times \(reference ?? BackendComparison.defaultReference), or the last of the registry where that does not take the problem; the "
          + "median over rounds measured in turns, with its 95 % interval. Rates count the operations of direct convolution.",
        "The filter is packed before the forward steps and inside every gradient step, as in a network.",
        "To repeat one: bench layer PROBLEM.",
      ] + absences(runs) + warnings.map { "Warning: \($0)" })
  }

  static func winners(_ runs: [LayerRun]) -> Table {
    Table(
      "The fastest of each",
      columns: [
        .init("layer"), .init("problem"), .init("direction"), .init("fastest"),
        .init("time", .milliseconds, decimals: 3),
        .init("second"), .init("faster by", .times, decimals: 3), .init("low", .times, decimals: 3),
        .init("high", .times, decimals: 3),
      ], rows: runs.map { $0.winner() }, notes: ["Below 1.0 in 'low' the two are level."])
  }

  /// A sentence for each back end that is missing somewhere, with the first reason.
  private static func absences(_ runs: [LayerRun]) -> [String] {
    let all = Dictionary(grouping: runs.flatMap(\.leftOut), by: \.backend)
    return Backends.all.compactMap { backend in
      all[backend.name].map { "\(backend.name) is missing in \($0.count) of \(runs.count), because: \($0[0].reason)" }
    }
  }
}
