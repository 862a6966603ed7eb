import Results
import Statistics

/// Shows results over time: one trend for each kind of run, with the places where its level changed.
package struct History {
  package let trends: [Trend]

  /// - Parameter files: in any order, each with a name for readers
  package init(_ files: [(name: String, file: ResultFile)], search: ChangepointSearch = ChangepointSearch()) {
    let points = files.flatMap { name, file in file.records.compactMap { Point($0, file.context, source: name) } }
    let groups = Dictionary(grouping: points, by: \.key)
    trends = groups.map { key, points in
      Trend(key: key, points: points.sorted { ($0.time, $0.source) < ($1.time, $1.source) }, search: search)
    }.sorted { $0.key.title < $1.key.title }
  }

  /// A table with a row for each trend. The notes describe the changes.
  package var table: Table {
    let rows = trends.map { trend -> [Table.Cell] in
      [
        .text(trend.key.run.model), .text(trend.key.run.pass.rawValue), .number(Double(trend.key.run.batchSize)),
        .number(Double(trend.key.run.imageSize)), .number(Double(trend.key.run.threads)),
        .text(trend.key.run.backend + trend.key.run.turns), .text(trend.key.machine),
        .number(Double(trend.points.count)),
        .number(trend.points[0].median), .number(trend.points[trend.points.count - 1].median),
        Table.Cell(trend.points.count > 1 ? trend.change : nil), .number(Double(trend.changepoints.count)),
      ]
    }
    let fastest = trends.flatMap(\.points).map(\.median).min() ?? 1
    let time = DisplayUnit.time(for: fastest)
    return Table(
      "History",
      columns: [
        .init("model"), .init("pass"), .init("batch", .count, decimals: 0), .init("image", .count, decimals: 0),
        .init("threads", .count, decimals: 0), .init("back end"), .init("machine"),
        .init("runs", .count, decimals: 0), .init("first", time, decimals: 2), .init("last", time, decimals: 2),
        .init("change", .perCent, decimals: 1), .init("changepoints", .count, decimals: 0),
      ], rows: rows, notes: trends.flatMap(\.sentences) + [explanation] + warnings.sentences)
  }

  private var warnings: WarningDigest {
    WarningDigest(trends.flatMap(\.points).map { ($0.source, $0.warnings) })
  }

  private var explanation: String {
    "A run is its median step. Changepoints: a permutation test of the ranks before and after, at 0.01; about a dozen "
      + "runs are needed to find one, and changes below 1 % are not shown."
  }
}

extension History {
  /// The properties that runs of one trend share.
  package struct Key: Hashable, Sendable {
    package let run: Runs.Key
    /// The processor, the cores and the instruction set.
    package let machine: String

    package var title: String {
      "\(run.work), \(run.backend), \(run.rankCount)\(run.threadCount)\(run.turns), \(machine)"
    }
  }

  /// One run of a trend.
  package struct Point: Sendable {
    package let key: Key
    /// The start of the run: ISO 8601, UTC.
    package let time: String
    package let source: String
    package let commit: String?
    /// The median step in seconds.
    package let median: Double
    /// The 95 % interval of the median.
    package let interval: ClosedRange<Double>
    /// The warnings about its circumstances and its steps, each of them a sentence.
    package let warnings: [String]

    /// Returns nil where no step was timed.
    init?(_ record: Record, _ context: Context, source: String) {
      guard let run = RunSummary(record, context) else { return nil }
      key = Key(
        run: Runs.Key(record),
        machine: "\(context.machine.cpuModel ?? "unknown processor"), \(context.machine.availableCores) cores, "
          + record.instructionSet)
      time = context.startTime
      self.source = source
      commit = context.commit.map { String($0.hash.prefix(9)) + ($0.isDirty ? "+" : "") }
      median = run.summary.median
      interval = run.summary.medianInterval
      warnings = run.warnings.map(\.description)
    }
  }

  /// The runs of one key, in the order of time.
  package struct Trend: Sendable {
    package let key: Key
    package let points: [Point]
    package let changepoints: [Changepoint]

    init(key: Key, points: [Point], search: ChangepointSearch) {
      self.key = key
      self.points = points
      changepoints = search.changepoints(in: points.map(\.median))
    }

    /// The relative change from the first run to the last.
    package var change: Double { points[points.count - 1].median / points[0].median - 1 }

    package var sentences: [String] {
      changepoints.map { changepoint in
        let point = points[changepoint.index]
        let size = DisplayUnit.perCent.format(abs(changepoint.change), decimals: 1)
        return
          "\(key.title): \(size) % \(changepoint.change > 0 ? "slower" : "faster") since \(point.time.prefix(19)), "
          + "commit \(point.commit ?? "unknown"), \(point.source) (p = \(changepoint.pValue.label))."
      }
    }
  }
}
