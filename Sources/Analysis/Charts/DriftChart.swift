/// Shows durations against their step, with a panel for each series: a trend that a distribution hides.
struct DriftChart: Chart {
  let series: [Series]

  var title: String { "Steps in their order" }
  var explanation: String {
    "Duration against step; each panel has an axis of its own. The line is the median: points should lie around it "
      + "from left to right, without a trend." + ThinnedSteps.note(series)
  }
  var description: String {
    series.map { series in
      let (low, high) = (series.shownDurations.min() ?? 0, series.shownDurations.max() ?? 0)
      return "\(series.name): from \(low.label) s to \(high.label) s"
    }.joined(separator: "; ")
  }

  private static let panelHeight = 124.0
  var height: Double { Double(series.count) * Self.panelHeight }

  var body: String {
    series.enumerated().map { panel($1, top: Double($0) * Self.panelHeight) }.joined(separator: "\n")
  }

  private func panel(_ series: Series, top: Double) -> String {
    let unit = DisplayUnit.time(for: series.median)
    let scale = Scale(around: series.shownDurations.map { $0 / unit.scale } + [series.median / unit.scale])
    let (upper, lower) = (top + 24, top + 96)
    func y(_ value: Double) -> Double { lower - (lower - upper) * scale.percent(value) / 100 }
    func x(_ step: Int) -> Double {
      series.durations.count < 2 ? 53 : 8 + 91 * Double(step) / Double(series.durations.count - 1)
    }
    let grid = scale.ticks(3).map { tick in
      SVG.line(8, y(tick), 100, y(tick), "grid") + SVG.text(tick.label, 7, y(tick) + 4, .end, "muted")
    }
    let points = series.shown.steps.map { step in
      let seconds = series.durations[step]
      return SVG.dot(
        x(step), y(seconds / unit.scale), radius: 2.6, "dot",
        title: "step \(step): \((seconds / unit.scale).label) \(unit.symbol)")
    }
    let median = y(series.median / unit.scale)
    return "<g class=\"\(colourClass(series.colour))\">"
      + SVG.text("\(series.name), \(unit.symbol)", 0, top + 13, .start, "name") + grid.joined()
      + SVG.line(8, median, 100, median, "middle") + points.joined()
      + SVG.text("step 0", 8, top + 112, .start, "muted")
      + SVG.text("\(series.durations.count - 1)", 99, top + 112, .end, "muted") + "</g>"
  }
}
