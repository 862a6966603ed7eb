import Results

/// One pass on the page of a profile: its figures, its charts, its tables.
struct ProfileSection {
  private let record: ProfileRecord
  /// A prefix of the elements' names that is unique in its page.
  private let id: String
  /// So many layers are shown at once; the others are folded away.
  private static let shown = 40

  init(_ record: ProfileRecord, id: String) {
    self.record = record
    self.id = id
  }

  var html: String {
    let layers = record.layersByTime
    let (slow, rest) = (Array(layers.prefix(Self.shown)), Array(layers.dropFirst(Self.shown)))
    var parts = [figures]
    if !layers.isEmpty {
      let kinds = ProfileKind.all(layers)
      let between = record.between + max(record.unattributed, 0)
      parts.append(StackedChart.kinds(kinds, between: between, step: record.step).html(id: "\(id)-kinds"))
      parts.append(BoundChart(slow, step: record.step).html(id: "\(id)-bounds"))
      parts.append(folded(rest) { BoundChart(rest, step: record.step).html(id: "\(id)-bounds-rest") })
    }
    if layers.contains(where: { !$0.phases.isEmpty }) {
      parts.append(StackedChart.phases(slow, withSum: true, of: layers).html(id: "\(id)-phases"))
      parts.append(
        folded(rest) { StackedChart.phases(rest, withSum: false, of: layers).html(id: "\(id)-phases-rest") })
    }
    if let timeline = TimelineChart(record) { parts.append(timeline.interactive(id: "\(id)-timeline")) }
    if let roofline = ProfileRoofline.layers(record) { parts.append(roofline.html(id: "\(id)-roofline")) }
    if let roofline = ProfileRoofline.phases(record) { parts.append(roofline.html(id: "\(id)-roofline-phases")) }
    parts += ProfileTables.all(record).map { table in
      "<details><summary>\(table.title.htmlEscaped)</summary>\n\(HTMLTable(table).html)\n</details>"
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func folded(_ layers: [ProfileLayer], _ chart: () -> String) -> String {
    guard !layers.isEmpty else { return "" }
    let time = layers.reduce(0) { $0 + $1.time }
    let share = record.step > 0 ? ", \((time / record.step).percent) of the step" : ""
    return "<details><summary>The other \(layers.count) layers\(share)</summary>\n\(chart())\n</details>"
  }

  /// The numbers of the whole step.
  private var figures: String {
    let unit = DisplayUnit.time(for: record.step)
    func time(_ seconds: Double) -> String { "\((seconds / unit.scale).label) \(unit.symbol)" }
    let (low, high) = (record.overhead.low - 1, record.overhead.high - 1)
    var figures = [
      ("Profiled step", time(record.step), "mean of \(record.durations.count)"),
      ("Plain step", time(record.plainStep), "in turns with those"),
      ("Cost of the profile", (record.overhead.ratio - 1).percent, "95 % interval \(low.percent) to \(high.percent)"),
    ]
    let bound = record.layers.reduce(0) { $0 + ($1.boundTime ?? 0) }
    if bound > 0, record.step > 0 {
      figures.append(("Sum of the bounds", time(bound), "\((bound / record.step).percent) of the step"))
    }
    if record.step > 0, !record.threads.isEmpty {
      let busy = record.threads.map(\.busy).mean / record.step
      figures.append(("Threads at work", busy.percent, "\(record.spansPerStep) spans in a step"))
    }
    if let bounds = record.bounds {
      let levels = bounds.levels.map { "\($0.name) \(($0.bandwidth / 1e9).threeDigits) GB/s" }
      figures.append(
        ("Multiply-add peak", "\((bounds.peak / 1e9).threeDigits) GFLOP/s", levels.joined(separator: ", ")))
    }
    let items = figures.map {
      "<div><dt>\($0.0.htmlEscaped)</dt><dd>\($0.1.htmlEscaped)<span>\($0.2.htmlEscaped)</span></dd></div>"
    }
    return "<dl class=\"figures\">\(items.joined())</dl>"
  }
}

extension ProfileRecord {
  /// The slowest first.
  var layersByTime: [ProfileLayer] {
    // Equal times keep the order of the step.
    layers.enumerated().sorted { ($1.element.time, $0.offset) < ($0.element.time, $1.offset) }.map(\.element)
  }
}
