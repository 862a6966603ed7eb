import Results
import Terms

/// Shows bars of parts, each as long as the chart is wide.
struct StackedChart: Chart {
  struct Part {
    let name: String
    /// The CSS classes of the colour.
    let colour: String
    let time: Double
  }

  struct Row {
    let name: String
    let remark: String
    let parts: [Part]
  }

  let title: String
  let explanation: String
  let rows: [Row]
  let keys: [(name: String, kind: String)]

  var description: String {
    rows.map { row in
      let total = row.total
      return "\(row.name): " + row.parts.map { "\($0.name) \(($0.time / total).percent)" }.joined(separator: ", ")
    }.joined(separator: "; ")
  }

  private static let rowHeight = 34.0
  var height: Double { Double(rows.count) * Self.rowHeight }

  var body: String {
    rows.enumerated().map { index, row in
      let top = Double(index) * Self.rowHeight
      var x = 0.0
      let total = row.total
      let parts = row.parts.map { part -> String in
        let width = 100 * part.time / total
        defer { x += width }
        let time = DisplayUnit.time(for: part.time)
        return SVG.part(
          x, width, top + 17, height: 13, "part \(part.colour)",
          title: "\(row.name)\n\(part.name): \((part.time / time.scale).threeDigits) \(time.symbol), "
            + (part.time / total).percent)
      }
      return SVG.text(row.name, 0, top + 13, .start, "name", remark: row.remark) + parts.joined()
    }.joined(separator: "\n")
  }
}

extension StackedChart.Row {
  /// Above 0, so that shares are numbers.
  fileprivate var total: Double {
    let sum = parts.reduce(0) { $0 + $1.time }
    return sum > 0 ? sum : 1
  }
}

extension StackedChart {
  /// The phases of layers, below the sum of them all where `withSum` is true.
  static func phases(_ layers: [ProfileLayer], withSum: Bool, of all: [ProfileLayer]) -> StackedChart {
    let present = Set(all.flatMap { $0.phases.map(\.name) })
    let keys = ThreadActivity.allCases.filter(present.contains).map { ($0.description, $0.colourClass) }
    let whole = Row(name: "all layers", remark: text(all.reduce(0) { $0 + $1.time }), parts: parts(all))
    return StackedChart(
      title: "What the threads do in each layer",
      explanation: "The phases of each layer as shares of its time over all threads, the slowest layer first. Grey is "
        + "time without work: waiting for other threads, the start of a job, no job.",
      rows: (withSum ? [whole] : [])
        + layers.map { layer in
          Row(name: layer.label, remark: text(layer.time), parts: parts([layer]))
        }, keys: keys)
  }

  /// The kinds of operations as parts of the step.
  static func kinds(_ kinds: [ProfileKind], between: Double, step: Double) -> StackedChart {
    let gap = between > 0 ? [Part(name: "between operations", colour: colourClass(7), time: between)] : []
    let parts = kinds.enumerated().map { Part(name: $1.name, colour: kindClass($0), time: $1.time) } + gap
    return StackedChart(
      title: "The step by kind of operation", explanation: "All directions together, the longest first.",
      rows: [Row(name: "step", remark: text(step), parts: parts)],
      keys: parts.map { ("\($0.name) \(step > 0 ? ($0.time / step).percent : "")", $0.colour) })
  }

  /// The colour of the kind with this index: those behind the seventh are grey.
  static func kindClass(_ index: Int) -> String { colourClass(min(index, 7)) }

  private static func parts(_ layers: [ProfileLayer]) -> [Part] {
    var times: [ThreadActivity: Double] = [:]
    for phase in layers.flatMap(\.phases) { times[phase.name, default: 0] += max(phase.time, 0) }
    return ThreadActivity.allCases.compactMap { activity in
      times[activity].map { Part(name: activity.description, colour: activity.colourClass, time: $0) }
    }
  }

  private static func text(_ seconds: Double) -> String {
    let unit = DisplayUnit.time(for: seconds)
    return "\((seconds / unit.scale).threeDigits) \(unit.symbol)"
  }
}

/// The layers of one kind.
struct ProfileKind {
  let name: String
  let layers: [ProfileLayer]
  var time: Double { layers.reduce(0) { $0 + $1.time } }

  /// The kinds of a record, the longest first.
  static func all(_ layers: [ProfileLayer]) -> [ProfileKind] {
    Dictionary(grouping: layers, by: \.kind).map { ProfileKind(name: $0.isEmpty ? "other" : $0, layers: $1) }
      .sorted { ($1.time, $0.name) < ($0.time, $1.name) }
  }
}
