import RealModule
import Results
import Statistics
import Terms

/// Shows what changed between two profiles of the same work: by layer, by phase, and by the phases of the layers that
/// changed.
package enum ProfileComparison {
  /// A change whose p-value, adjusted for the number of rows, is larger may be chance.
  static let alpha = 0.05

  /// The tables of all records that both files have; empty where they have none in common.
  package static func tables(_ first: ProfileFile, _ second: ProfileFile, names: (String, String)) -> [Table] {
    first.records.flatMap { record -> [Table] in
      guard let other = second.records.first(where: { $0.isSameWork(as: record) }) else { return [] }
      return tables(record, other, names: names)
    }
  }

  private static func tables(_ a: ProfileRecord, _ b: ProfileRecord, names: (String, String)) -> [Table] {
    let layers = Side.pairs(a.layerSides, b.layerSides)
    let changes = layers.changes()
    let changed = Set(zip(layers, changes).filter { $1.isSignificant }.map(\.0.name))
    let title = "\(ProfileTables.subject(a)), \(names.0) against \(names.1)"
    var tables = [
      table("\(title): layers", layers, changes, notes: notes(a, b)),
      table("\(title): phases", Side.pairs(a.phaseSides, b.phaseSides)),
    ]
    let parts = Side.pairs(a.partSides(of: changed), b.partSides(of: changed))
    if !parts.isEmpty { tables.append(table("\(title): phases of the layers that changed", parts)) }
    return tables
  }

  private static func table(
    _ title: String, _ pairs: [Side.Pair], _ changes: [Change]? = nil, notes: [String] = []
  ) -> Table {
    let rows = zip(pairs, changes ?? pairs.changes()).map { pair, change -> [Table.Cell] in
      [
        .text(pair.name), .number(pair.first.mean), .number(pair.second.mean),
        .number(pair.second.mean - pair.first.mean), .init(change.ratio), .init(change.interval?.lowerBound),
        .init(change.interval?.upperBound), .init(change.p), .text(change.verdict),
      ]
    }
    let unit = DisplayUnit.milliseconds
    return Table(
      title,
      columns: [
        .init("what"), .init("first", unit, decimals: 3), .init("second", unit, decimals: 3),
        .init("difference", unit, decimals: 3), .init("change", .perCent, decimals: 1),
        .init("95 % from", .perCent, decimals: 1), .init("95 % to", .perCent, decimals: 1),
        .init("p", .count, decimals: 3), .init("verdict"),
      ], rows: rows, notes: notes)
  }

  private static func notes(_ a: ProfileRecord, _ b: ProfileRecord) -> [String] {
    var notes = [
      "First and second are mean times of a step, so differences add up. Change and interval are of the median step; p "
        + "is adjusted for the number of rows, and only rows with p up to \(alpha) are called slower or faster.",
      "The steps of one process vary less than processes do: for a verdict use `bench gate`.",
    ]
    for (record, name) in [(a, "first"), (b, "second")] {
      guard let who = ProfileTables.wastefulLayers(record) else { continue }
      notes.append("Warning: a step should allocate nothing; in the \(name) it was \(who).")
    }
    if a.threadCount != b.threadCount || a.instructionSet != b.instructionSet || a.backend != b.backend {
      func way(_ record: ProfileRecord) -> String {
        "\(record.threadCount) threads, \(record.instructionSet), back end \(record.backend)"
      }
      notes.append("The first has \(way(a)), the second \(way(b)).")
    }
    return notes
  }
}

extension ProfileRecord {
  /// Whether another profile is of the same computation, however it was computed.
  package func isSameWork(as other: ProfileRecord) -> Bool {
    (model, pass, batchSize, imageSize) == (other.model, other.pass, other.batchSize, other.imageSize)
  }

  fileprivate var layerSides: [Side] {
    [Side(name: "step", durations: durations)]
      + layers.map { Side(name: "\($0.name) \($0.direction)", durations: $0.durations) }
  }

  /// A phase's time over all layers.
  fileprivate var phaseSides: [Side] {
    let phases = Dictionary(grouping: layers.flatMap(\.phases), by: \.name)
    return ThreadActivity.allCases.compactMap { name in
      phases[name].map { phases in
        Side(
          name: name.description,
          durations: durations.indices.map { step in phases.reduce(0) { $0 + $1.durations[step] } })
      }
    }
  }

  fileprivate func partSides(of names: Set<String>) -> [Side] {
    layers.flatMap { layer -> [Side] in
      let name = "\(layer.name) \(layer.direction)"
      guard names.contains(name) else { return [] }
      return layer.phases.map { Side(name: "\(name): \($0.name)", durations: $0.durations) }
    }
  }
}

/// A thing of one profile with its time in each step.
private struct Side {
  let name: String
  let durations: [Double]

  struct Pair {
    let name: String
    let first: [Double]
    let second: [Double]
  }

  /// What only one side has took no time in any step of the other one.
  static func pairs(_ first: [Side], _ second: [Side]) -> [Pair] {
    let others = Dictionary(second.map { ($0.name, $0.durations) }, uniquingKeysWith: { a, _ in a })
    let known = Set(first.map(\.name))
    let none = [first, second].map { [Double](repeating: 0, count: $0.first?.durations.count ?? 1) }
    return first.map { Pair(name: $0.name, first: $0.durations, second: others[$0.name] ?? none[1]) }
      + second.filter { !known.contains($0.name) }.map { Pair(name: $0.name, first: none[0], second: $0.durations) }
  }
}

/// How the time of a thing changed.
private struct Change {
  /// The change of the median; nil where a side took no time.
  var ratio: Double?
  var interval: ClosedRange<Double>?
  var p: Double?
  var difference = 0.0

  var isSignificant: Bool { p.map { $0 <= ProfileComparison.alpha } ?? false }
  var verdict: String { isSignificant ? (difference > 0 ? "slower" : "faster") : "~" }
}

extension [Side.Pair] {
  /// The change of each pair, with p-values adjusted for the number of pairs.
  fileprivate func changes() -> [Change] {
    let raw = map { pair -> Change in
      let (a, b) = (pair.first, pair.second)
      var change = Change(difference: b.mean - a.mean)
      if RankTest.smallestMannWhitney(a.count, b.count) <= ProfileComparison.alpha {
        change.p = RankTest.mannWhitney(a, b).twoSided
      }
      guard (a + b).allSatisfy({ $0 > 0 }) else { return change }
      change.ratio = median(b) / median(a) - 1
      let shift = Shift(from: a.map { Double.log($0) }, to: b.map { Double.log($0) })
      change.interval = shift.interval.map { Double.expMinusOne($0.lowerBound)...Double.expMinusOne($0.upperBound) }
      return change
    }
    let tested = raw.indices.filter { raw[$0].p != nil }
    var adjusted = raw
    for (index, p) in zip(tested, holm(tested.map { raw[$0].p! })) { adjusted[index].p = p }
    return adjusted
  }
}
