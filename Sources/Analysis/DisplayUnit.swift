import Foundation

/// A unit for printing. Values are kept in its base unit until they are printed.
package struct DisplayUnit: Equatable, Sendable {
  package let symbol: String
  /// The symbol of the base unit, such as `s` for `ms`.
  package let base: String
  /// The number of base units in one unit.
  package let scale: Double

  package init(_ symbol: String, base: String, scale: Double) {
    self.symbol = symbol
    self.base = base
    self.scale = scale
  }

  /// The number without the symbol, such as `12.34`.
  package func format(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", value / scale)
  }
}

extension DisplayUnit {
  package static let seconds = DisplayUnit("s", base: "s", scale: 1)
  package static let milliseconds = DisplayUnit("ms", base: "s", scale: 1e-3)
  package static let microseconds = DisplayUnit("us", base: "s", scale: 1e-6)
  package static let gigaflopsPerSecond = DisplayUnit("GFLOP/s", base: "FLOP/s", scale: 1e9)
  package static let gigabytesPerSecond = DisplayUnit("GB/s", base: "B/s", scale: 1e9)
  package static let perCent = DisplayUnit("%", base: "1", scale: 0.01)
  package static let kibibytes = DisplayUnit("KiB", base: "B", scale: 0x1p10)
  package static let mebibytes = DisplayUnit("MiB", base: "B", scale: 0x1p20)
  package static let gibibytes = DisplayUnit("GiB", base: "B", scale: 0x1p30)
  /// A ratio, as in `1.8 x`.
  package static let times = DisplayUnit("x", base: "1", scale: 1)
  package static let count = DisplayUnit("", base: "", scale: 1)

  /// The unit in which durations of about this many seconds are read most easily.
  package static func time(for seconds: Double) -> DisplayUnit {
    seconds >= 10 ? .seconds : seconds >= 1e-3 ? .milliseconds : .microseconds
  }

  package static func memory(for bytes: Int) -> DisplayUnit { bytes >= 1 << 30 ? .gibibytes : .mebibytes }
}
