import Results
import Terms

extension ProfileTables {
  /// Sentences about allocations, page faults and context switches.
  static func costNotes(_ record: ProfileRecord) -> [String] {
    guard let cost = record.cost else { return [] }
    let total = cost.total
    var notes = [
      "In \(record.durations.count) profiled steps: "
        + (total.allocations.map { "\($0) heap allocations" } ?? "heap allocations not counted")
        + ", \(total.pageFaults) page faults, "
        + "\(total.involuntaryContextSwitches) involuntary context switches."
    ]
    if let who = wastefulLayers(record) {
      notes.append("Warning: a step should allocate nothing; in one more step it was \(who).")
    }
    if let reason = record.countersUnavailable { notes.append(reason) }
    return notes
  }

  /// The layers that allocate or fault in pages, and how much; nil where none does.
  static func wastefulLayers(_ record: ProfileRecord) -> String? {
    guard let layers = record.cost?.layers, !layers.isEmpty else { return nil }
    return layers.map { layer in
      "\(layer.name) \(layer.direction) (\(layer.cost.allocations ?? 0) allocations, \(layer.cost.pageFaults) page faults)"
    }.joined(separator: ", ")
  }

  /// The processor's events in each phase; nil where they were not counted.
  package static func counters(_ record: ProfileRecord) -> Table? {
    guard let counters = record.counters else { return nil }
    func row(_ name: String, _ values: CounterValues) -> [Table.Cell] {
      func perThousand(_ event: CounterEvent) -> Table.Cell {
        Table.Cell(values.ratio(event, per: .instructions).map { 1000 * $0 })
      }
      return [
        .text(name), Table.Cell(values[.cycles].map { Double($0) / Double(counters.steps) }),
        Table.Cell(values.ratio(.instructions, per: .cycles)), perThousand(.l1dMisses), perThousand(.lastLevelMisses),
        perThousand(.dtlbMisses), perThousand(.branchMisses), .number(values.countedShare),
      ]
    }
    let phases = KernelPhase.allCases.compactMap { phase in
      counters.phases[phase.rawValue].map { row(phase.description, $0) }
    }
    return Table(
      "\(subject(record)): counters",
      columns: [
        .init("phase or thread"), .init("cycles a step", .million, decimals: 2),
        .init("instructions a cycle", .count, decimals: 2), .init("L1d misses", .count, decimals: 2),
        .init("last-level misses", .count, decimals: 2), .init("dTLB misses", .count, decimals: 2),
        .init("branch misses", .count, decimals: 2), .init("counted", .perCent, decimals: 0),
      ], rows: phases + counters.threads.enumerated().map { row("thread \($0)", $1) },
      notes: [
        "Misses are for a thousand instructions, of user space, in \(counters.steps) steps that were not timed. Where "
          + "'counted' is below 100 %, counters took turns and their counts are extrapolated."
      ])
  }
}

extension DisplayUnit {
  static let million = DisplayUnit("million", base: "", scale: 1e6)
}
