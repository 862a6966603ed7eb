import Results
import Terms

extension ProfileTables {
  /// The time of each kind of operation in each direction.
  package static func kinds(_ record: ProfileRecord) -> Table {
    struct Kind: Hashable {
      let name: String
      let direction: StepPhase
    }
    let groups = Dictionary(grouping: record.layers) { Kind(name: $0.kind, direction: $0.direction) }
    let rows = groups.map { kind, layers in (kind, layers, time: layers.reduce(0) { $0 + $1.time }) }
      // Equal times are in a fixed order, too.
      .sorted { ($1.time, $0.0.name, $0.0.direction.rawValue) < ($0.time, $1.0.name, $1.0.direction.rawValue) }
      .map { kind, layers, time -> [Table.Cell] in
        let bound = layers.compactMap(\.boundTime).reduce(0, +)
        return [
          .text(kind.name), .text(kind.direction.description), .number(time), share(time, of: record),
          .number(Double(layers.count)),
          Table.Cell(quotient(layers.reduce(0) { $0 + $1.flop }, time)),
          Table.Cell(quotient(layers.reduce(0) { $0 + $1.bytes }, time)), Table.Cell(quotient(bound, time)),
        ]
      }
    return Table(
      "\(subject(record)): kinds of operations",
      columns: [
        Table.Column("kind"), Table.Column("direction"), Table.Column("time", .milliseconds, decimals: 3),
        Table.Column("share", .perCent, decimals: 1), Table.Column("layers", .count, decimals: 0),
        Table.Column("rate", .gigaflopsPerSecond, decimals: 1),
        Table.Column("bandwidth", .gigabytesPerSecond, decimals: 1), Table.Column("of bound", .perCent, decimals: 0),
      ], rows: rows)
  }

  /// What the threads did, over all layers.
  package static func phases(_ record: ProfileRecord) -> Table {
    let phases = Dictionary(grouping: record.layers.flatMap(\.phases), by: \.name)
    let sums = phases.map { name, phases in
      (
        name: name, time: phases.reduce(0) { $0 + $1.time }, calls: phases.reduce(0) { $0 + $1.calls },
        flop: phases.reduce(0) { $0 + $1.flop }, bytes: phases.reduce(0) { $0 + $1.bytes }
      )
    }
    let longest = sums.sorted { ($1.time, $0.name.rawValue) < ($0.time, $1.name.rawValue) }
    let rows = longest.map { name, time, calls, flop, bytes -> [Table.Cell] in
      [
        .text(name.description), .number(time), .number(time * Double(record.threadCount)), share(time, of: record),
        calls > 0 ? .number(Double(calls)) : .missing, Table.Cell(quotient(flop, time)),
        Table.Cell(quotient(bytes, time)),
      ]
    }
    return Table(
      "\(subject(record)): phases",
      columns: [
        Table.Column("phase"), Table.Column("time", .milliseconds, decimals: 3),
        Table.Column("thread time", .milliseconds, decimals: 3), Table.Column("share", .perCent, decimals: 1),
        Table.Column("spans", .count, decimals: 0), Table.Column("rate", .gigaflopsPerSecond, decimals: 1),
        Table.Column("bandwidth", .gigabytesPerSecond, decimals: 1),
      ], rows: rows,
      notes: [
        "Thread time is that of all threads together, time a share of it for each thread: the shares and 'between "
          + "operations' add up to the step. Waiting: for other threads of the same job. Preempted: the system ran "
          + "something else. Starting: a job is there and the thread has not begun. Idle: no job. Other: no phase.",
        "A reading of the clock costs \(DisplayUnit.nanoseconds.format(record.clockReading, decimals: 0)) ns; the "
          + "profile takes two for each of \(record.spansPerStep) spans in a step.",
      ])
  }

  /// A row for each thread; busy, waiting and idle add up to the step.
  package static func threads(_ record: ProfileRecord) -> Table {
    let rows = record.threads.enumerated().map { number, thread -> [Table.Cell] in
      [
        .text(number == 0 ? "0 (caller)" : "\(number)"), .number(thread.busy), share(thread.busy, of: record),
        .number(thread.waiting), .number(thread.preempted), .number(thread.idle), .number(thread.starting),
      ]
    }
    let unit = DisplayUnit.milliseconds
    return Table(
      "\(subject(record)): threads",
      columns: [
        Table.Column("thread"), Table.Column("busy", unit, decimals: 3), Table.Column("busy", .perCent, decimals: 1),
        Table.Column("waiting", unit, decimals: 3), Table.Column("of it preempted", unit, decimals: 3),
        Table.Column("idle", unit, decimals: 3), Table.Column("of it starting", unit, decimals: 3),
      ], rows: rows, notes: ["Busy, waiting and idle add up to the step."] + costNotes(record))
  }
}

extension DisplayUnit {
  static let nanoseconds = DisplayUnit("ns", base: "s", scale: 1e-9)
}
