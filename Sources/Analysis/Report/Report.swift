import Results
import Statistics

/// Shows result files as one page or one table.
package struct Report {
  let runs: [ReportRun]
  let groups: [ReportGroup]
  /// The sweeps of threads and batch sizes among the files.
  let scalings: [Scaling]

  /// - Parameter files: each with a name for readers
  package init(_ files: [(name: String, file: ResultFile)]) {
    runs = files.enumerated().flatMap { index, source in
      source.file.records.compactMap { ReportRun($0, source.file.context, source: source.name, file: index) }
    }
    groups = ReportGroup.all(runs)
    scalings = files.flatMap { Scaling.all($0.file) }
  }

  package var isEmpty: Bool { runs.isEmpty }

  /// A table with a row for each pass of each file. The warnings are its notes.
  package var table: Table {
    let fastest = runs.map(\.summary.summary.median).min() ?? 1
    let time = DisplayUnit.time(for: fastest)
    let rows = runs.map { run -> [Table.Cell] in
      let (record, summary) = (run.record, run.summary)
      return [
        .text(record.model), .text(record.pass.rawValue), .number(Double(record.batchSize)),
        .number(Double(record.imageSize)), .number(Double(record.threads)), .text(record.instructionSet),
        .text(record.backend), .number(Double(summary.summary.count)),
        .number(summary.summary.median), .number(summary.summary.medianInterval.lowerBound),
        .number(summary.summary.medianInterval.upperBound), .number(summary.imagesPerSecond),
        .number(summary.flopRate), Table.Cell(summary.peakShare),
        Table.Cell(record.peakResidentBytes.map(Double.init)), .text(run.source),
      ]
    }
    return Table(
      "Summary",
      columns: [
        .init("model"), .init("pass"), .init("batch", .count, decimals: 0), .init("image", .count, decimals: 0),
        .init("threads", .count, decimals: 0), .init("kernels"), .init("back end"), .init("steps", .count, decimals: 0),
        .init("median", time, decimals: 2), .init("low", time, decimals: 2), .init("high", time, decimals: 2),
        .init("images/s", .count, decimals: 2),
        .init("rate", .gigaflopsPerSecond, decimals: 1), .init("of peak", .perCent, decimals: 1),
        .init("peak memory", .mebibytes, decimals: 0), .init("file"),
      ], rows: rows,
      notes: [
        "Low and high: 95 % interval of the median. Rates count the operations of direct convolution, whatever ran."
      ] + warnings.sentences)
  }

  var warnings: WarningDigest {
    WarningDigest(
      runs.map { run in
        let record = run.record
        let name = "\(record.model) \(record.pass.rawValue) \(record.backend)"
        return (name, run.summary.warnings.map(\.description))
      })
  }
}

/// One pass of one file.
struct ReportRun {
  let record: Record
  let context: Context
  let summary: RunSummary
  let source: String
  /// The index of the file. Runs of one file may have been measured in turns.
  let file: Int

  init?(_ record: Record, _ context: Context, source: String, file: Int) {
    guard let summary = RunSummary(record, context) else { return nil }
    self.record = record
    self.context = context
    self.summary = summary
    self.source = source
    self.file = file
  }
}
