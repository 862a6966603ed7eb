import Results
import Statistics

/// The table of `bench baseline show`.
package enum BaselineTable {
  package static func table(_ baseline: Baseline) -> Table {
    let rows = Runs.pool(baseline.runs).map { runs -> [Table.Cell] in
      [
        .text(runs.key.description), .number(Double(runs.medians.count)), .number(runs.centre), .number(runs.spread),
      ]
    }
    var notes: [String] = []
    for file in baseline.runs {
      for record in file.records {
        let print = Fingerprint(file.context, threads: record.threads, instructionSet: record.instructionSet)
        let text = print.values.map { "\($0.name) \($0.value)" }.joined(separator: "; ") + "."
        if !notes.contains(text) { notes.append(text) }
      }
    }
    let runs = baseline.runs.enumerated().map { (name: "run \($0 + 1)", file: $1) }
    return Table(
      "Baseline \(baseline.name)",
      columns: [
        .init("benchmark"), .init("runs", .count, decimals: 0), .init("median step", .milliseconds, decimals: 3),
        .init("+/-", .perCent, decimals: 1),
      ], rows: rows, notes: notes + WarningDigest(runs).sentences)
  }
}
