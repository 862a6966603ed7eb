import Results
import Terms

/// The tables of a profile.
package enum ProfileTables {
  /// Layers, kinds of operations, phases, counters and threads, in this order: what fits on a screen comes last.
  package static func all(_ record: ProfileRecord) -> [Table] {
    [layers(record), kinds(record), phases(record), counters(record), threads(record)].compactMap(\.self)
  }

  /// What was profiled, and what the profile itself costs.
  package static func heading(_ record: ProfileRecord) -> String {
    let steps = record.durations.count
    let change = (record.overhead.ratio - 1, record.overhead.low - 1, record.overhead.high - 1)
    let percent = [change.0, change.1, change.2].map { DisplayUnit.perCent.format($0, decimals: 1) }
    let unit = DisplayUnit.time(for: record.step)
    func time(_ seconds: Double) -> String { "\(unit.format(seconds, decimals: 3)) \(unit.symbol)" }
    return "\(subject(record)), \(record.threadCount) threads, \(record.instructionSet): \(time(record.step)) a step, "
      + "the mean of \(steps) profiled ones; \(time(record.plainStep)) without the profile, which costs "
      + "\(percent[0]) % (95 % interval \(percent[1]) to \(percent[2]))."
  }

  static func subject(_ record: ProfileRecord) -> String {
    "\(record.model) \(record.pass.rawValue), batch \(record.batchSize)"
  }

  static func share(_ time: Double, of record: ProfileRecord) -> Table.Cell {
    Table.Cell(record.step > 0 ? time / record.step : nil)
  }
}

extension DisplayUnit {
  static let gigaflop = DisplayUnit("GFLOP", base: "FLOP", scale: 1e9)
  static let megabytes = DisplayUnit("MB", base: "B", scale: 1e6)
}

/// nil where one of them is zero.
func quotient(_ dividend: Double, _ divisor: Double) -> Double? {
  dividend > 0 && divisor > 0 ? dividend / divisor : nil
}
