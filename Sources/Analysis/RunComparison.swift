import Foundation
import RealModule
import Results
import Statistics

/// Compares two sets of runs side by side, as golang's benchstat does.
package enum RunComparison {
  /// The level of significance. A change with a larger p-value may be chance.
  static let alpha = 0.05

  /// - Parameter names: the paths that the files come from
  package static func table(_ first: [ResultFile], _ second: [ResultFile], names: (String, String)) -> Table {
    let short = (shortName(names.0), shortName(names.1))
    let (a, b) = (Runs.pool(first), Runs.pool(second))
    var rows: [[Table.Cell]] = []
    var logarithms: [(Double, Double)] = []
    var few = (first: Int.max, second: Int.max)
    let pairs = pairs(a, b)
    for (runs, other) in pairs {
      rows.append(
        [
          .text(runs.key.description(against: other.key)), .number(runs.centre), .number(runs.spread),
          .number(other.centre), .number(other.spread),
        ] + change(runs.medians, other.medians))
      logarithms.append((Double.log(runs.centre), Double.log(other.centre)))
      few = (min(few.first, runs.medians.count), min(few.second, other.medians.count))
    }
    if logarithms.count > 1 {
      let (x, y) = (mean(logarithms.map(\.0)), mean(logarithms.map(\.1)))
      rows.append([
        .text("geometric mean"), .number(Double.exp(x)), .missing, .number(Double.exp(y)), .missing,
        .number(Double.expMinusOne(y - x)), .missing, .missing, .missing, .missing, .missing,
      ])
    }
    let notes =
      missing(Set(a.map(\.key)).subtracting(pairs.map(\.0.key)), names.1)
      + missing(Set(b.map(\.key)).subtracting(pairs.map(\.1.key)), names.0)
      + (rows.isEmpty ? [] : advice(few.first, few.second))
      + differences(first, second) + warnings([(short.0, first), (short.1, second)])
    return Table(
      "\(names.0) against \(names.1)",
      columns: [
        .init("benchmark"), .init(short.0, .milliseconds, decimals: 3), .init("+/-", .perCent, decimals: 1),
        .init(short.1, .milliseconds, decimals: 3), .init("+/-", .perCent, decimals: 1),
        .init("change", .perCent, decimals: 1), .init("95 % from", .perCent, decimals: 1),
        .init("95 % to", .perCent, decimals: 1), .init("p", .count, decimals: 3),
        .init("n \(short.0)", .count, decimals: 0), .init("n \(short.1)", .count, decimals: 0),
      ], rows: rows, notes: notes)
  }

  /// The last part of a path without its extension: `1` for `results/before/1.json`. The title has the whole paths.
  private static func shortName(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".json") ? String(name.dropLast(5)) : name
  }

  /// Pairs runs with equal keys. Of those that are left, it pairs runs of the same work that were computed another way.
  private static func pairs(_ first: [Runs], _ second: [Runs]) -> [(Runs, Runs)] {
    let common = Set(first.map(\.key)).intersection(second.map(\.key))
    let rest = second.filter { !common.contains($0.key) }
    let byKey = Dictionary(second.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    return first.compactMap { runs in
      if let same = byKey[runs.key] { return (runs, same) }
      let candidates = rest.filter { $0.key.isSameWork(as: runs.key) }
      let rivals = first.filter { !common.contains($0.key) && $0.key.isSameWork(as: runs.key) }
      return candidates.count == 1 && rivals.count == 1 ? (runs, candidates[0]) : nil
    }
  }

  /// The change of the median, its 95 % interval, p, and the numbers of runs. There is no p where so few runs cannot
  /// have a small one.
  private static func change(_ first: [Double], _ second: [Double]) -> [Table.Cell] {
    let delta = Double.log(median(second)) - Double.log(median(first))
    let interval = Shift(from: first.map { Double.log($0) }, to: second.map { Double.log($0) }).interval
    let canTell = RankTest.smallestMannWhitney(first.count, second.count) <= alpha
    return [
      .number(Double.expMinusOne(delta)), .init((interval?.lowerBound).map(Double.expMinusOne)),
      .init((interval?.upperBound).map(Double.expMinusOne)),
      .init(canTell ? RankTest.mannWhitney(first, second).twoSided : nil), .number(Double(first.count)),
      .number(Double(second.count)),
    ]
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private static func missing(_ keys: Set<Runs.Key>, _ name: String) -> [String] {
    keys.map { "\(name) has no run of \($0)." }.sorted()
  }

  /// A sentence about what differs between the sides beside the code. The rows themselves name threads and instruction
  /// sets.
  private static func differences(_ first: [ResultFile], _ second: [ResultFile]) -> [String] {
    func prints(_ files: [ResultFile]) -> [Fingerprint] {
      // Thousands of files of one machine have one fingerprint.
      var seen = Set<String>()
      return files.map { Fingerprint($0.context, threads: 1, instructionSet: "") }
        .filter { seen.insert($0.values.map(\.value).joined(separator: "\n")).inserted }
    }
    var lines: [String] = []
    for now in prints(second) {
      for then in prints(first) {
        for line in now.differences(from: then) where !lines.contains(line) { lines.append(line) }
      }
    }
    return lines.isEmpty ? [] : ["Warning: the sides were not measured alike: \(lines.joined(separator: "; "))."]
  }

  /// A sentence for each kind of warning, with the sides that it concerns.
  private static func warnings(_ sides: [(name: String, files: [ResultFile])]) -> [String] {
    WarningDigest(sides.flatMap { name, files in files.map { (name: name, file: $0) } }).sentences
  }

  /// Sentences about what few runs cannot show, and what to do about it.
  private static func advice(_ first: Int, _ second: Int) -> [String] {
    let smallest = RankTest.smallestMannWhitney(first, second)
    var notes = [
      "Each run counts once, by its median step; a change with p above \(alpha) may be chance. Runs at different times "
        + "differ by more than their steps do: for a verdict use `bench gate`."
    ]
    if smallest > alpha {
      let reason = "With \(first) and \(second) runs no p can fall below \(String(format: "%.2f", min(smallest, 1)))"
      notes.append(reason + "; repeat `bench run` until each side has four runs or more, in turns.")
    }
    return notes
  }
}
