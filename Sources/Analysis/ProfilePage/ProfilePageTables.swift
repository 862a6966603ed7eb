import Results
import Terms

/// The tables of a profile: layers, kinds of operations, phases and threads.
package struct ProfilePageTables {
  private let record: ProfileRecord
  private let name: String

  package init(_ record: ProfileRecord) {
    self.record = record
    name = "\(record.model) \(record.pass.rawValue)"
  }

  package var all: [Table] { [layers, kinds, phases, threads] }

  /// The layers, the slowest first.
  var layers: Table {
    let slowest = record.layersByTime
    let time = DisplayUnit.time(for: slowest.first?.time ?? 1)
    let rows = slowest.map { layer -> [Table.Cell] in
      [
        .text(layer.name), .text(layer.direction.description), .text(layer.kind), .text(layer.backend ?? "-"),
        .text(layer.algorithm ?? "-"), .number(layer.time), share(layer.time), .text(layer.bound?.rawValue ?? "-"),
        Table.Cell(layer.boundTime), Table.Cell(layer.boundShare), .number(layer.executedFLOP),
        Table.Cell(layer.time > 0 && layer.executedFLOP > 0 ? layer.executedFLOP / layer.time : nil),
        .number(layer.bytes), .number(layer.imbalance),
      ]
    }
    return Table(
      "\(name): layers",
      columns: [
        .init("layer"), .init("direction"), .init("kind"), .init("back end"), .init("algorithm"),
        .init("time", time, decimals: 3), .init("of step", .perCent, decimals: 1), .init("bound by"),
        .init("bound", time, decimals: 3), .init("of bound", .perCent, decimals: 0),
        .init("executed", Self.gigaflop, decimals: 3), .init("rate", .gigaflopsPerSecond, decimals: 1),
        .init("tensors", .mebibytes, decimals: 2), .init("imbalance", .perCent, decimals: 0),
      ], rows: rows,
      notes: ["Rates count the operations of the algorithm that ran. Imbalance: the busiest thread over the mean."])
  }

  var kinds: Table {
    let kinds = ProfileKind.all(record.layers)
    let time = DisplayUnit.time(for: kinds.first?.time ?? 1)
    let rows = kinds.map { kind -> [Table.Cell] in
      let bound = kind.layers.reduce(0) { $0 + ($1.boundTime ?? 0) }
      return [
        .text(kind.name), .number(Double(kind.layers.count)), .number(kind.time), share(kind.time),
        Table.Cell(bound > 0 ? bound : nil), Table.Cell(bound > 0 && kind.time > 0 ? bound / kind.time : nil),
      ]
    }
    return Table(
      "\(name): kinds of operations",
      columns: [
        .init("kind"), .init("layers", .count, decimals: 0), .init("time", time, decimals: 3),
        .init("of step", .perCent, decimals: 1), .init("bound", time, decimals: 3),
        .init("of bound", .perCent, decimals: 0),
      ], rows: rows)
  }

  var phases: Table {
    let phases = Dictionary(grouping: record.layers.flatMap(\.phases), by: \.name)
    let sums = phases.map { name, parts in (name: name, parts: parts, time: parts.reduce(0) { $0 + $1.time }) }
      .sorted { ($1.time, $0.name.rawValue) < ($0.time, $1.name.rawValue) }
    let time = DisplayUnit.time(for: sums.first?.time ?? 1)
    let rows = sums.map { sum -> [Table.Cell] in
      let (flop, bytes) = (sum.parts.reduce(0) { $0 + $1.flop }, sum.parts.reduce(0) { $0 + $1.bytes })
      return [
        .text(sum.name.description), .number(sum.time), share(sum.time),
        .number(Double(sum.parts.reduce(0) { $0 + $1.calls })),
        Table.Cell(flop > 0 && sum.time > 0 ? flop / sum.time : nil),
        Table.Cell(bytes > 0 && sum.time > 0 ? bytes / sum.time : nil),
      ]
    }
    return Table(
      "\(name): phases",
      columns: [
        .init("phase"), .init("time", time, decimals: 3), .init("of step", .perCent, decimals: 1),
        .init("spans", .count, decimals: 0), .init("rate", .gigaflopsPerSecond, decimals: 1),
        .init("bandwidth", Self.gigabytesPerSecond, decimals: 1),
      ], rows: rows, notes: ["The time of a phase is its time on all threads over their number."])
  }

  var threads: Table {
    let time = DisplayUnit.time(for: record.step)
    let rows = record.threads.enumerated().map { index, thread -> [Table.Cell] in
      [
        .text("\(index)"), .number(thread.busy), share(thread.busy), .number(thread.waiting),
        .number(thread.preempted), .number(thread.idle), .number(thread.starting),
      ]
    }
    return Table(
      "\(name): threads",
      columns: [
        .init("thread"), .init("busy", time, decimals: 3), .init("of step", .perCent, decimals: 1),
        .init("waiting", time, decimals: 3), .init("preempted", time, decimals: 3), .init("idle", time, decimals: 3),
        .init("starting", time, decimals: 3),
      ], rows: rows, notes: ["Preempted is part of waiting, starting part of idle."])
  }

  private func share(_ time: Double) -> Table.Cell { Table.Cell(record.step > 0 ? time / record.step : nil) }

  private static let gigaflop = DisplayUnit("GFLOP", base: "FLOP", scale: 1e9)
  private static let gigabytesPerSecond = DisplayUnit("GB/s", base: "B/s", scale: 1e9)
}

extension ProfileRecord {
  var layersByTime: [ProfileLayer] {
    // Equal times keep the order of the step.
    layers.enumerated().sorted { ($1.element.time, $0.offset) < ($0.element.time, $1.offset) }.map(\.element)
  }
}
