import Foundation
import Results
import Statistics

/// The time of each layer of one pass: what `--layers` prints.
package enum LayerTable {
  /// A column for each direction that was timed; the share is that of the sum of all medians.
  package static func table(_ record: Record) -> Table {
    let directions = Direction.order(Set(record.layers.flatMap { $0.durations.map { Array($0.keys) } ?? [] }))
    let totals = record.layers.map { layer in directions.reduce(0) { $0 + (median(layer, $1) ?? 0) } }
    let sum = totals.reduce(0, +)

    var columns = [Table.Column("layer"), Table.Column("problem"), Table.Column("back end")]
    columns += directions.map { Table.Column(Direction.title($0), .milliseconds, decimals: 3) }
    columns.append(Table.Column("rate", .gigaflopsPerSecond, decimals: 1))
    columns.append(Table.Column("share", .perCent, decimals: 1))

    let rows = zip(record.layers, totals).map { layer, total -> [Table.Cell] in
      [.text(layer.name), layer.problem.map { .text($0) } ?? .missing, backends(layer)]
        + directions.map { Table.Cell(median(layer, $0)) }
        + [Table.Cell(rate(layer)), Table.Cell(sum > 0 ? total / sum : nil)]
    }
    return Table(
      "\(record.model) \(record.pass.rawValue), batch \(record.batchSize): median of each layer",
      columns: columns, rows: rows, notes: notes(record, sum: sum))
  }

  private static func median(_ layer: LayerRecord, _ direction: String) -> Double? {
    guard let durations = layer.durations?[direction], !durations.isEmpty else { return nil }
    return Statistics.median(durations)
  }

  /// Over all directions of which both operations and time are known.
  private static func rate(_ layer: LayerRecord) -> Double? {
    var (flop, time) = (0.0, 0.0)
    for (direction, operations) in layer.flop {
      guard let median = median(layer, direction) else { continue }
      flop += operations
      time += median
    }
    return flop > 0 && time > 0 ? flop / time : nil
  }

  /// One name where every direction ran on the same back end, else all of them in the order of the directions.
  private static func backends(_ layer: LayerRecord) -> Table.Cell {
    let names = Direction.order(Set(layer.backends.keys)).compactMap { layer.backends[$0] }
    if names.isEmpty { return .missing }
    return .text(Set(names).count == 1 ? names[0] : names.joined(separator: "/"))
  }

  private static func notes(_ record: Record, sum: Double) -> [String] {
    guard sum > 0, !record.durations.isEmpty else { return [] }
    let step = Statistics.median(record.durations)
    let unit = DisplayUnit.milliseconds
    return [
      "The layers' medians add up to \(unit.format(sum, decimals: 2)) ms; the median step took "
        + "\(unit.format(step, decimals: 2)) ms. Rates count the operations of direct convolution."
    ]
  }
}
