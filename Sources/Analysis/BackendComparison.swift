import Results
import Statistics

/// Compares records of one pass of one network that were measured in turns, a step of each back end in every round.
package struct BackendComparison {
  /// The back end that others are compared with unless the user names one: every framework has this method.
  package static let defaultBaseline = "im2col"

  package let records: [Record]
  /// The record that the others are compared with.
  package let baseline: Record

  /// Returns nil where no record has a timed step.
  /// - Parameter name: of a back end. Where none of the records has it, the last record is the baseline, because the
  ///   registry lists the naive back end last.
  package init?(_ records: [Record], baseline name: String? = nil) {
    self.records = records.filter { !$0.durations.isEmpty }
    let named = self.records.first { $0.backend == name ?? Self.defaultBaseline }
    guard let baseline = named ?? self.records.last else { return nil }
    self.baseline = baseline
  }

  /// How many times faster a record is than the baseline; nil for the baseline itself and for a record that was
  /// measured in other rounds.
  package func speed(_ record: Record) -> PairedRatio? {
    record.backend == baseline.backend ? nil : PairedRatio(record.durations, against: baseline.durations)
  }

  package var title: String { "\(records[0].heading), \(records[0].instructionSet)" }

  /// A row for each back end, in the order of the records.
  /// - Parameters:
  ///   - notes: sentences to add, such as why a back end was left out
  ///   - context: gives the warnings; nil where they are shown elsewhere
  package func table(notes: [String] = [], _ context: Context? = nil) -> Table {
    let rows = records.map { record -> [Table.Cell] in
      let step = median(record.durations)
      let speed = speed(record)
      let isBaseline = record.backend == baseline.backend
      return [
        .text(record.backend), .text(ownConvolutions(record)), .number(step), .number(Double(record.batchSize) / step),
        .number(record.flopPerStep / step), Table.Cell(record.peakFlopRate.map { record.flopPerStep / step / $0 }),
        Table.Cell(record.workspaceBytes.map(Double.init)), Table.Cell(isBaseline ? 1 : speed?.ratio),
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
      "Speed: relative to \(baseline.backend), the median of \(baseline.durations.count) rounds measured in turns; low and "
        + "high are its 95 % interval. Rates count the operations of direct convolution.",
      "Ran itself: layers with weights that the back end took; `bench run --backend` names the back ends of the others.",
    ]
  }

  private func warnings(_ context: Context?) -> [String] {
    guard let context else { return [] }
    return WarningDigest(
      records.map { ($0.backend, RunSummary($0, context)?.warnings.map(\.description) ?? []) }
    ).sentences
  }

  /// How many convolutions of all directions the back end ran itself: `13 of 16`.
  private func ownConvolutions(_ record: Record) -> String {
    let ran = record.layers.flatMap(\.backends.values)
    let own = ["auto", "plan"].contains(record.backend) ? ran.count : ran.count { $0 == record.backend }
    return "\(own) of \(ran.count)"
  }
}
