import Results
import Statistics
import Terms

/// How the speed of one network depends on threads and batch size: records that were measured in turns.
package struct Scaling {
  /// By batch size, then by threads.
  package let records: [Record]

  /// Every sweep among the records of a file, one for each model, pass, image size, back end and instruction set.
  /// - Parameter fewest: records that make a sweep: more than one, unless a sweep was asked for
  package static func all(_ file: ResultFile, fewest: Int = 2) -> [Scaling] {
    var (order, members): ([String], [String: [Record]]) = ([], [:])
    for record in file.records where record.protocolName == Record.inTurns && !record.durations.isEmpty {
      let kind =
        "\(record.model) \(record.pass.rawValue) \(record.imageSize) \(record.backend) \(record.instructionSet)"
      if members[kind] == nil { order.append(kind) }
      members[kind, default: []].append(record)
    }
    return order.filter { members[$0]!.count >= fewest }.compactMap { Scaling(members[$0]!) }
  }

  /// Nil where there are no records, or where two have the same number of threads and batch size.
  init?(_ records: [Record]) {
    guard !records.isEmpty, Set(records.map { [$0.threads, $0.batchSize] }).count == records.count else { return nil }
    self.records = records.sorted { ($0.batchSize, $0.threads) < ($1.batchSize, $1.threads) }
  }

  /// The record with the fewest threads of the same batch size: one thread, if that was measured.
  private func base(of record: Record) -> Record { records.first { $0.batchSize == record.batchSize }! }

  /// How many times faster than the fewest threads; nil where these are its own, or the rounds differ.
  func speed(_ record: Record) -> PairedRatio? {
    let base = base(of: record)
    return base.threads == record.threads ? nil : PairedRatio(record.durations, against: base.durations)
  }

  /// Images a second at the median step.
  func rate(_ record: Record) -> Double { Double(record.batchSize) / median(record.durations) }

  /// The share of each thread's speed that is left: 1 where twice the threads are twice as fast.
  func efficiency(_ record: Record, _ speed: Double) -> Double {
    speed * Double(base(of: record).threads) / Double(record.threads)
  }

  private var first: Record { records[0] }

  package var title: String {
    "\(first.model) \(first.pass.rawValue), image \(first.imageSize), \(first.backend), \(first.instructionSet): threads "
      + "and batch sizes"
  }

  /// A row for each combination.
  package func table(_ context: Context? = nil) -> Table {
    let fastest = records.map { median($0.durations) }.min()!
    let rows = records.map { record -> [Table.Cell] in
      let (step, speed) = (median(record.durations), speed(record))
      let bound = record.bound
      return [
        .number(Double(record.batchSize)), .number(Double(record.threads)), .number(step), .number(rate(record)),
        .number(speed?.ratio ?? 1), .number(efficiency(record, speed?.ratio ?? 1)),
        Table.Cell(speed.map { efficiency(record, $0.interval.lowerBound) }),
        Table.Cell(speed.map { efficiency(record, $0.interval.upperBound) }),
        Table.Cell(record.peakResidentBytes.map(Double.init)), .number(record.flopPerStep / step),
        bound.map { .text($0.kind.rawValue) } ?? .missing, Table.Cell(bound.map { $0.time / step }),
      ]
    }
    let fewest = records.map(\.threads).min()!
    return Table(
      title,
      columns: [
        .init("batch", .count, decimals: 0), .init("threads", .count, decimals: 0),
        .init("step", .time(for: fastest), decimals: 2), .init("images/s", .count, decimals: 2),
        .init("speed", .times, decimals: 3), .init("efficiency", .perCent, decimals: 1),
        .init("low", .perCent, decimals: 1), .init("high", .perCent, decimals: 1),
        .init("peak memory", .mebibytes, decimals: 0), .init("rate", .gigaflopsPerSecond, decimals: 1),
        .init("bound"), .init("of bound", .perCent, decimals: 1),
      ], rows: rows,
      notes: [
        "Speed: relative to \(fewest) thread\(fewest == 1 ? "" : "s") with the same batch, the median of "
          + "\(first.durations.count) rounds measured in turns. Efficiency: speed over the number of threads; low and high "
          + "are its 95 % interval.",
        "Bound: what most of the layers' least time comes from, and how much of the step that time is. Missing where "
          + "`bench machine` has not measured these threads.",
      ] + warnings(context))
  }

  private func warnings(_ context: Context?) -> [String] {
    guard let context else { return [] }
    return WarningDigest(
      records.map { record in
        let threads = "\(record.threads) thread\(record.threads == 1 ? "" : "s")"
        let warnings = RunSummary(record, context)?.warnings.map(\.description) ?? []
        return ("batch \(record.batchSize), \(threads)", warnings)
      }
    ).sentences
  }
}

extension Record {
  /// What most of the least time of its layers comes from, and that time of all of them, in seconds.
  var bound: (kind: ProfileBounds.Kind, time: Double)? {
    let times = (boundTimes ?? [:]).sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    return times.first.map { ($0.key, times.reduce(0) { $0 + $1.value }) }
  }
}
