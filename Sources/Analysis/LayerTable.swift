import Foundation
import Results
import Statistics
import Terms

/// The table that `--layers` prints: the time of each layer of one pass.
package enum LayerTable {
  /// Has a column for each phase that was timed. A share is the part of the sum of all medians.
  package static func table(_ record: Record) -> Table {
    let phases = StepPhase.allCases.filter { phase in record.layers.contains { $0.durations?[phase] != nil } }
    let totals = record.layers.map { layer in phases.reduce(0) { $0 + (layer.median($1) ?? 0) } }
    let sum = totals.reduce(0, +)

    var columns = [Table.Column("layer"), Table.Column("problem"), Table.Column("back end")]
    columns += phases.map { Table.Column($0.description, .milliseconds, decimals: 3) }
    columns.append(Table.Column("rate", .gigaflopsPerSecond, decimals: 1))
    columns.append(Table.Column("FLOP/byte", .count, decimals: 1))
    columns.append(Table.Column("share", .perCent, decimals: 1))

    let rows = zip(record.layers, totals).map { layer, total -> [Table.Cell] in
      [
        .text(layer.name), layer.problem.map { .text($0) } ?? .missing,
        layer.backendNames.map { .text($0) } ?? .missing,
      ]
        + phases.map { Table.Cell(layer.median($0)) }
        + [Table.Cell(layer.flopRate), Table.Cell(layer.intensity), Table.Cell(sum > 0 ? total / sum : nil)]
    }
    return Table(
      "\(record.model) \(record.pass.rawValue), batch \(record.batchSize): median of each layer",
      columns: columns, rows: rows, notes: notes(record, sum: sum))
  }

  private static func notes(_ record: Record, sum: Double) -> [String] {
    guard sum > 0, !record.durations.isEmpty else { return [] }
    let step = Statistics.median(record.durations)
    let unit = DisplayUnit.milliseconds
    return [
      "The layers' medians add up to \(unit.format(sum, decimals: 2)) ms; the median step took "
        + "\(unit.format(step, decimals: 2)) ms. Rates count the operations of direct convolution.",
      "FLOP/byte: the same operations for each byte of input, filter and output, once each.",
    ]
  }
}
