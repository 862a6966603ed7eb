import Results
import Statistics

/// Records of one pass of one network that were measured in turns, a step of each back end in every round.
package struct BackendComparison {
  /// Every framework has it.
  package static let defaultReference = "im2col"

  package let records: [Record]
  /// The back end that all are compared with.
  package let reference: Record

  /// Nil without records that were timed.
  /// - Parameter reference: a back end's name; where it is missing the last one, for registries list the slowest last.
  package init?(_ records: [Record], reference name: String? = nil) {
    self.records = records.filter { !$0.durations.isEmpty }
    guard
      let reference = self.records.first(where: { $0.backend == name ?? Self.defaultReference }) ?? self.records.last
    else {
      return nil
    }
    self.reference = reference
  }

  /// How many times faster than the reference; nil for the reference itself and for records of different rounds.
  package func speed(_ record: Record) -> PairedRatio? {
    record.backend == reference.backend ? nil : PairedRatio(record.durations, against: reference.durations)
  }

  package var title: String { "\(records[0].heading), \(records[0].instructionSet)" }

  /// A row for each back end, in the order of the records.
  /// - Parameters:
  ///   - notes: what else a reader must know
  ///   - context: for the warnings; nil where they are shown elsewhere
  package func table(notes: [String] = [], _ context: Context? = nil) -> Table {
    let rows = records.map { record -> [Table.Cell] in
      let step = median(record.durations)
      let speed = speed(record)
      let isReference = record.backend == reference.backend
      return [
        .text(record.backend), .text(ownConvolutions(record)), .number(step), .number(Double(record.batchSize) / step),
        .number(record.flopPerStep / step), Table.Cell(record.peakFlopRate.map { record.flopPerStep / step / $0 }),
        Table.Cell(record.workspaceBytes.map(Double.init)), Table.Cell(isReference ? 1 : speed?.ratio),
        Table.Cell(speed?.interval.lowerBound), Table.Cell(speed?.interval.upperBound),
      ]
    }
    let fastest = records.map { median($0.durations) }.min() ?? 1
    return Table(
      title,
      columns: [
        .init("back end"), .init("ran itself"), .init("step", .time(for: fastest), decimals: 2),
        .init("images/s", .count, decimals: 2), .init("rate", .gigaflopsPerSecond, decimals: 1),
        .init("of peak", .perCent, decimals: 1), .init("workspace", .mebibytes, decimals: 1),
        .init("speed", .times, decimals: 3), .init("low", .times, decimals: 3), .init("high", .times, decimals: 3),
      ], rows: rows, notes: explanation + notes + warnings(context))
  }

  private var explanation: [String] {
    [
      "Speed: times \(reference.backend), the median of \(reference.durations.count) rounds measured in turns; low and "
        + "high are its 95 % interval. Rates count the operations of direct convolution.",
      "Ran itself: layers with weights that the back end took; `bench run --backend` names who took the others.",
    ]
  }

  private func warnings(_ context: Context?) -> [String] {
    guard let context else { return [] }
    return WarningDigest(
      records.map { ($0.backend, RunSummary($0, context)?.warnings.map(\.description) ?? []) }
    ).sentences
  }

  /// Such as `13 of 16`, over all directions.
  private func ownConvolutions(_ record: Record) -> String {
    let ran = record.layers.flatMap(\.backends.values)
    let own = record.backend == "auto" ? ran.count : ran.count { $0 == record.backend }
    return "\(own) of \(ran.count)"
  }
}
