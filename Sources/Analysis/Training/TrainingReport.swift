import Results
import Statistics

/// Shows files of `bench train` as one page or as a table.
package struct TrainingReport {
  private let trainings: [(record: TrainingRecord, context: Context, source: String)]

  /// - Parameter files: each with a name for readers
  package init(_ files: [(name: String, file: TrainingFile)]) {
    trainings = files.flatMap { name, file in
      file.records.filter { !$0.losses.isEmpty }.map { ($0, file.context, name) }
    }
  }

  package var isEmpty: Bool { trainings.isEmpty }

  /// A row for each training.
  package var table: Table {
    Table(
      "Trainings",
      columns: [
        .init("model"), .init("data"), .init("batch", .count, decimals: 0), .init("first step", .count, decimals: 0),
        .init("steps", .count, decimals: 0), .init("first loss", .count, decimals: 4),
        .init("last loss", .count, decimals: 4), .init("step", .milliseconds, decimals: 2),
        .init("waiting", .perCent, decimals: 1),
      ],
      rows: trainings.map { record, _, _ in
        [
          .text(record.model), .text(record.data), .number(Double(record.batchSize)), .number(Double(record.firstStep)),
          .number(Double(record.losses.count)), Table.Cell(record.losses.first), Table.Cell(record.losses.last),
          Table.Cell(Summary(of: record.durations)?.median), .number(TrainingSummary(record).waitingShare),
        ]
      },
      notes: [
        "Losses have the weight decay's part; a step is the median; waiting is the share of the steps in which no reader "
          + "had finished an image."
      ])
  }

  /// A self-contained page with the table, the losses and the steps of each training, and the machine.
  package var html: String {
    var parts = [HTMLTable(table.withoutNotes).html, "<ul class=\"notes\"><li>\(table.notes[0].htmlEscaped)</li></ul>"]
    for (index, training) in trainings.enumerated() {
      let record = training.record
      parts.append("<h2 id=\"t\(index)\">\(heading(record).htmlEscaped)</h2>")
      parts.append(LossChart(record).html(id: "t\(index)loss"))
      guard let summary = Summary(of: record.durations) else { continue }
      let series = Series(
        name: record.model, colour: 1, durations: record.durations, median: summary.median,
        interval: summary.medianInterval)
      parts.append(DriftChart(series: [series]).html(id: "t\(index)steps"))
    }
    var seen = Set<String>()
    let contexts = trainings.filter { seen.insert($0.source).inserted }.map { ($0.source, $0.context) }
    parts.append("<h2 id=\"machine\">Machine and build</h2>")
    parts.append(HTMLTable(MachineTable.table(contexts)).html)
    let machines = Set(trainings.compactMap(\.context.machine.cpuModel)).sorted().joined(separator: ", ")
    return HTMLPage("Training report", subtitle: machines, body: parts.joined(separator: "\n")).html
  }

  private func heading(_ record: TrainingRecord) -> String {
    "\(record.model) on \(record.data), batch \(record.batchSize), learning rate \(record.learningRate)"
  }
}
