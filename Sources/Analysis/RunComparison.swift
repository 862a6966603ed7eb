import Foundation
import RealModule
import Results
import Statistics

/// Two sets of runs side by side, in the manner of golang's benchstat.
package enum RunComparison {
  /// A change with a larger p is no change: `~`.
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
      rows.append([
        .text(runs.key.description(against: other.key)), .number(runs.centre), .number(runs.spread),
        .number(other.centre), .number(other.spread), .text(change(runs.medians, other.medians)),
        .text(interval(runs.medians, other.medians)),
      ])
      logarithms.append((Double.log(runs.centre), Double.log(other.centre)))
      few = (min(few.first, runs.medians.count), min(few.second, other.medians.count))
    }
    if logarithms.count > 1 {
      let (x, y) = (mean(logarithms.map(\.0)), mean(logarithms.map(\.1)))
      rows.append([
        .text("geometric mean"), .number(Double.exp(x)), .missing, .number(Double.exp(y)), .missing,
        .text(perCent(y - x)), .text(""),
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
        .init(short.1, .milliseconds, decimals: 3), .init("+/-", .perCent, decimals: 1), .init("change"),
        .init("95 % interval"),
      ], rows: rows, notes: notes)
  }

  /// Of `results/before/1.json`: `1`. The title has the paths.
  private static func shortName(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".json") ? String(name.dropLast(5)) : name
  }

  /// Equal keys; and what is left on both sides where it is the same work, computed another way.
  private static func pairs(_ first: [Runs], _ second: [Runs]) -> [(Runs, Runs)] {
    let common = Set(first.map(\.key)).intersection(second.map(\.key))
    let rest = second.filter { !common.contains($0.key) }
    return first.compactMap { runs in
      if let same = second.first(where: { $0.key == runs.key }) { return (runs, same) }
      let candidates = rest.filter { $0.key.isSameWork(as: runs.key) }
      let rivals = first.filter { !common.contains($0.key) && $0.key.isSameWork(as: runs.key) }
      return candidates.count == 1 && rivals.count == 1 ? (runs, candidates[0]) : nil
    }
  }

  /// `-17.2 % (p=0.000 n=10)`, `~ (p=0.412 n=8+10)`; without a p where so few runs cannot have a small one.
  private static func change(_ first: [Double], _ second: [Double]) -> String {
    let count = first.count == second.count ? "n=\(first.count)" : "n=\(first.count)+\(second.count)"
    let delta = perCent(Double.log(median(second)) - Double.log(median(first)))
    guard RankTest.smallestMannWhitney(first.count, second.count) <= alpha else { return "\(delta) (p=? \(count))" }
    let p = RankTest.mannWhitney(first, second).twoSided
    return "\(p <= alpha ? delta : "~") (p=\(String(format: "%.3f", p)) \(count))"
  }

  private static func interval(_ first: [Double], _ second: [Double]) -> String {
    let shift = Shift(from: first.map { Double.log($0) }, to: second.map { Double.log($0) })
    return shift.interval.map { "\(perCent($0.lowerBound)) to \(perCent($0.upperBound))" } ?? "-"
  }

  private static func perCent(_ logarithm: Double) -> String {
    String(format: "%+.1f %%", 100 * Double.expMinusOne(logarithm))
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private static func missing(_ keys: Set<Runs.Key>, _ name: String) -> [String] {
    keys.map { "\(name) has no run of \($0)." }.sorted()
  }

  /// What was not the same on both sides beside the code; rows name threads and instruction sets.
  private static func differences(_ first: [ResultFile], _ second: [ResultFile]) -> [String] {
    func prints(_ files: [ResultFile]) -> [Fingerprint] {
      files.map { Fingerprint($0.context, threads: 1, instructionSet: "") }
    }
    var lines: [String] = []
    for now in prints(second) {
      for then in prints(first) {
        for line in now.differences(from: then) where !lines.contains(line) { lines.append(line) }
      }
    }
    return lines.isEmpty ? [] : ["Warning: the sides were not measured alike: \(lines.joined(separator: "; "))."]
  }

  /// Each kind once, with the sides that it concerns.
  private static func warnings(_ sides: [(name: String, files: [ResultFile])]) -> [String] {
    WarningDigest(sides.flatMap { name, files in files.map { (name: name, file: $0) } }).sentences
  }

  /// What few runs cannot tell, and what to do about it.
  private static func advice(_ first: Int, _ second: Int) -> [String] {
    let smallest = RankTest.smallestMannWhitney(first, second)
    let unit = "Each run counts once, by its median step; n is the number of runs."
    var notes = [unit + " Runs at different times differ by more than their steps do: for a verdict use `bench gate`."]
    if smallest > alpha {
      let reason = "With \(first) and \(second) runs no p can fall below \(String(format: "%.2f", min(smallest, 1)))"
      notes.append(reason + "; repeat `bench run` until each side has four runs or more, in turns.")
    }
    return notes
  }
}
