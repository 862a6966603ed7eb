import Profiles

/// The tables of a CPU profile: its operations, and its functions.
package struct FlameGraphTables {
  package let operations: Table
  package let functions: Table

  /// Functions with a smaller part of the samples, in themselves and in what they call, are counted in a note only.
  private static let leastShare = 0.001

  package init(_ stacks: Stacks) {
    let totals = StackTotals(stacks)
    let (all, seconds) = (Double(stacks.sampleCount), stacks.secondsPerSample)
    let passes = Set(stacks.operations.map(\.pass))
    operations = Table(
      "Operations",
      columns: (passes.count > 1 ? [Table.Column("pass")] : []) + [
        Table.Column("operation"), Table.Column("samples", .count, decimals: 0),
        Table.Column("share", .perCent, decimals: 1), Table.Column("processor time", .seconds, decimals: 2),
        Table.Column("busiest function"), Table.Column("its share", .perCent, decimals: 1),
      ],
      rows: totals.operations.map { row in
        let samples = Double(row.samples)
        return (passes.count > 1 ? [.text(row.operation?.pass ?? "")] : []) + [
          .text(row.operation?.name ?? Stacks.noOperation), .number(samples), .number(samples / all),
          .number(samples * seconds), .text(row.busiest?.name ?? ""),
          Table.Cell(row.busiest.map { Double($0.samples) / samples }),
        ]
      })
    let shown = totals.functions.filter { Double($0.total) >= Self.leastShare * all }
    let hidden = totals.functions.count - shown.count
    functions = Table(
      "Functions",
      columns: [
        Table.Column("function"), Table.Column("self", .count, decimals: 0),
        Table.Column("self", .perCent, decimals: 1), Table.Column("total", .count, decimals: 0),
        Table.Column("total", .perCent, decimals: 1),
      ],
      rows: shown.map { row in
        [
          .text(row.name), .number(Double(row.own)), .number(Double(row.own) / all), .number(Double(row.total)),
          .number(Double(row.total) / all),
        ]
      },
      notes: hidden == 0 ? [] : ["\(hidden) functions with less than 0.1 % are left out."])
  }
}

extension Stacks {
  /// How many samples there are and how often they were taken, as sentences.
  package var summary: String {
    let text = "\(sampleCount) samples, \(hertz) for each second of processor time"
    guard let processorTime else { return "\(text)." }
    let unit = DisplayUnit.seconds
    return "\(text): \(unit.format(Double(sampleCount) * secondsPerSample, decimals: 2)) of the "
      + "\(unit.format(processorTime, decimals: 2)) s that the timed steps took."
  }
}
