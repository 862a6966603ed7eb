import Results
import Statistics

/// Which back end wins which layer, and by how much.
package struct LayerWinners {
  private let comparison: BackendComparison
  private let records: [Record]

  package init(_ comparison: BackendComparison) {
    self.comparison = comparison
    records = comparison.records.withAlignedLayers
  }

  /// What one back end made of a layer.
  private struct Entry {
    let backend: String
    let durations: [Double]
    let rate: Double?
    var time: Double { median(durations) }
  }

  /// A row for each layer with weights that was timed.
  package var table: Table {
    let reference = comparison.reference.backend
    let layers = records.first { $0.backend == reference }!.layers.filter { $0.problem != nil }
    let rows = layers.compactMap { layer -> [Table.Cell]? in
      let entries = entries(layer.name)
      guard let best = entries.first else { return nil }
      let second = entries.dropFirst().first
      let margin = second.flatMap { PairedRatio(best.durations, against: $0.durations) }
      let own = layer.stepDurations.flatMap { PairedRatio(best.durations, against: $0) }
      return [
        .text(layer.name), .text(layer.problem ?? ""), .text(best.backend), .number(best.time), Table.Cell(best.rate),
        second.map { .text($0.backend) } ?? .missing, Table.Cell(margin?.ratio),
        Table.Cell(margin?.interval.lowerBound), Table.Cell(margin?.interval.upperBound), Table.Cell(own?.ratio),
      ]
    }
    return Table(
      "\(comparison.title): which back end wins which layer",
      columns: [
        .init("layer"), .init("problem"), .init("fastest"), .init("time", .milliseconds, decimals: 3),
        .init("rate", .gigaflopsPerSecond, decimals: 1), .init("second"), .init("faster by", .times, decimals: 3),
        .init("low", .times, decimals: 3), .init("high", .times, decimals: 3),
        .init("than \(reference)", .times, decimals: 3),
      ], rows: rows,
      notes: [
        "All directions of the pass together. Faster by: than the second, with its 95 % interval over "
          + "\(comparison.reference.durations.count) rounds; below 1.0 in 'low' the two are level.",
        "A back end that pools or adds biases on the way shows that time in the convolution, others in the next layer.",
      ])
  }

  /// Fastest first. A back end that left the layer to another is that other: each counts once, under the name that ran.
  private func entries(_ layer: String) -> [Entry] {
    var entries: [Entry] = []
    for record in records {
      guard let own = record.layers.first(where: { $0.name == layer }), let durations = own.stepDurations,
        let backend = own.backendNames, !entries.contains(where: { $0.backend == backend })
      else { continue }
      entries.append(Entry(backend: backend, durations: durations, rate: own.flopRate))
    }
    return entries.sorted { $0.time < $1.time }
  }
}
