import Results
import Terms

extension ProfileTables {
  /// A row for each layer in each direction, then what lies between them; the times add up to the step.
  package static func layers(_ record: ProfileRecord) -> Table {
    let columns = [
      Table.Column("layer"), Table.Column("direction"), Table.Column("back end"),
      Table.Column("time", .milliseconds, decimals: 3), Table.Column("share", .perCent, decimals: 1),
      Table.Column("calls", .count, decimals: 0), Table.Column("FLOP", .gigaflop, decimals: 3),
      Table.Column("executed", .gigaflop, decimals: 3), Table.Column("bytes", .megabytes, decimals: 2),
      Table.Column("moved", .megabytes, decimals: 2), Table.Column("rate", .gigaflopsPerSecond, decimals: 1),
      Table.Column("executed rate", .gigaflopsPerSecond, decimals: 1), Table.Column("FLOP/byte", .count, decimals: 1),
      Table.Column("bound"), Table.Column("of bound", .perCent, decimals: 0),
      Table.Column("imbalance", .perCent, decimals: 1),
    ]
    let rest = [
      ("between operations", record.between), ("unattributed", record.unattributed), ("step", record.step),
    ]
    let rows =
      record.layers.map { row($0, record) }
      + rest.map { name, time in
        [.text(name), .missing, .missing, .number(time), share(time, of: record)]
          + [Table.Cell](repeating: .missing, count: columns.count - 5)
      }
    return Table("\(subject(record)): layers and directions", columns: columns, rows: rows, notes: layerNotes(record))
  }

  private static func row(_ layer: ProfileLayer, _ record: ProfileRecord) -> [Table.Cell] {
    let ran = [layer.backend, layer.algorithm].compactMap(\.self)
    return [
      .text(layer.name), .text(layer.direction.description),
      ran.isEmpty ? .missing : .text(ran[0] == ran.last ? ran[0] : ran.joined(separator: " ")),
      .number(layer.time), share(layer.time, of: record), .number(Double(layer.calls)),
      number(layer.flop), number(layer.executedFLOP), number(layer.bytes), number(layer.movedBytes),
      Table.Cell(quotient(layer.flop, layer.time)), Table.Cell(quotient(layer.executedFLOP, layer.time)),
      Table.Cell(quotient(layer.flop, layer.bytes)), layer.bound.map { .text($0.rawValue) } ?? .missing,
      Table.Cell(layer.boundTime.flatMap { quotient($0, layer.time) }), .number(layer.imbalance),
    ]
  }

  private static func number(_ value: Double) -> Table.Cell { value > 0 ? .number(value) : .missing }

  private static func layerNotes(_ record: ProfileRecord) -> [String] {
    var notes = [
      "Times are means over the same steps: layers, 'between operations' and 'unattributed' add up to the step.",
      "FLOP and rate count the operations of direct convolution, 'executed' those of the algorithm that ran.",
      "Bytes: each tensor once. Moved: what the phases read and write, mostly in caches.",
    ]
    guard let bounds = record.bounds else { return notes }
    let levels = bounds.levels.map { "\($0.name) \(DisplayUnit.gigabytesPerSecond.format($0.bandwidth, decimals: 0))" }
    notes.append(
      "Bound: the larger of executed FLOP at \(DisplayUnit.gigaflopsPerSecond.format(bounds.peak, decimals: 0)) GFLOP/s"
        + (levels.isEmpty
          ? "." : " and bytes at the speed of the level that holds them (\(levels.joined(separator: ", ")) GB/s)."))
    let lost = record.layers.compactMap { layer in layer.boundTime.map { (layer, layer.time - $0) } }
      .sorted { $0.1 > $1.1 }.prefix(3)
    let names = lost.map { layer, time in
      "\(layer.name) \(layer.direction) (\(DisplayUnit.milliseconds.format(time, decimals: 2)) ms)"
    }
    if !names.isEmpty { notes.append("Furthest above their bounds: \(names.joined(separator: ", ")).") }
    return notes
  }
}
