import Analysis
import Measurement
import Results

/// What `bench machine` prints for people.
struct MachineTables {
  private let file: MachineFile
  private let now: WallTime
  private let warnings: [ContextWarning]

  /// - Parameter warnings: what the circumstances say against the figures
  init(_ file: MachineFile, now: WallTime, warnings: [ContextWarning] = []) {
    self.file = file
    self.now = now
    self.warnings = warnings
  }

  func all(withCurve: Bool) -> [Table] { [bandwidth, peaks] + (withCurve ? [curve] : []) }

  private var instructionSet: String { file.bounds.first?.instructionSet ?? "" }

  private var bandwidth: Table {
    Table(
      "Memory bandwidth, \(instructionSet)",
      columns: [
        .init("level"), .init("threads", .count, decimals: 0), .init("working set", .kibibytes, decimals: 0),
        .init("read", .gigabytesPerSecond, decimals: 1), .init("triad", .gigabytesPerSecond, decimals: 1),
        .init("non-temporal triad", .gigabytesPerSecond, decimals: 1),
      ],
      rows: file.bounds.flatMap { bounds in
        bounds.levels.map { level in
          [
            .text(level.level.rawValue), .number(Double(bounds.threads)), .number(Double(level.workingSet)),
            .number(level.read), .number(level.triad), .init(level.nonTemporalTriad),
          ]
        }
      },
      notes: [
        "Each thread streams through a part of its own. The triad is a = b + s * c; its three arrays count, as in STREAM."
      ] + absences + [ages] + warnings.map { "Warning: \($0)" })
  }

  private var peaks: Table {
    Table(
      "Multiply-add peak, single precision",
      columns: [
        .init("instruction set"), .init("threads", .count, decimals: 0),
        .init("peak", .gigaflopsPerSecond, decimals: 1),
      ],
      rows: file.fmaPeaks.map { [.text($0.instructionSet), .number(Double($0.threads)), .number($0.rate)] })
  }

  private var curve: Table {
    let counts = file.bounds.map { "\($0.threads) thread\($0.threads == 1 ? "" : "s")" }
    let curves = file.bounds.map { bounds in
      Dictionary(uniqueKeysWithValues: bounds.readCurve.map { ($0.workingSet / bounds.threads, $0.read) })
    }
    return Table(
      "Read bandwidth by working set, \(instructionSet)",
      columns: [.init("bytes of a thread", .kibibytes, decimals: 0)]
        + counts.map { .init($0, .gigabytesPerSecond, decimals: 1) },
      rows: Set(curves.flatMap(\.keys)).sorted().map { size in
        [.number(Double(size))] + curves.map { .init($0[size]) }
      })
  }

  /// A sentence for each level that was not measured.
  private var absences: [String] {
    var sentences: [String] = []
    if file.bounds.contains(where: { $0.llc == nil }) {
      sentences.append(
        "There is no last-level cache, its size is unknown, or it is too small to be told from the second level.")
    }
    if file.bounds.contains(where: { $0.dram == nil }) {
      sentences.append("There is too little memory available to measure its bandwidth and not that of the caches.")
    }
    return sentences
  }

  private var ages: String {
    let oldest = (file.bounds.map(\.measuredAt) + file.fmaPeaks.map(\.measuredAt)).min() ?? 0
    return "Measured \(age(seconds: now.microseconds / 1_000_000 - oldest)); --refresh measures again."
  }
}

/// How long ago something was: `just now`, `1 minute ago`, `3 hours ago`.
func age(seconds: Int64) -> String {
  let units: [(name: String, seconds: Int64)] = [("day", 24 * 3600), ("hour", 3600), ("minute", 60)]
  guard let unit = units.first(where: { seconds >= $0.seconds }) else { return "just now" }
  let count = seconds / unit.seconds
  return "\(count) \(unit.name)\(count == 1 ? "" : "s") ago"
}
