import Statistics

/// Shows the medians of one trend in the order of time, the level of each part, and where it changes.
struct HistoryChart: Chart {
  let trend: History.Trend
  private let unit: DisplayUnit
  private let scale: Scale

  init(_ trend: History.Trend) {
    self.trend = trend
    let unit = DisplayUnit.time(for: trend.points.map(\.median).max() ?? 1)
    self.unit = unit
    scale = Scale(
      around: trend.points.flatMap { [$0.interval.lowerBound, $0.interval.upperBound] }.map { $0 / unit.scale })
  }

  var title: String { trend.key.title }
  var explanation: String {
    "Median step of each run in \(unit.symbol), with its 95 % interval; the level line is the median of each part."
  }
  var description: String {
    "\(trend.points.count) runs; "
      + (trend.sentences.isEmpty ? "no change of level" : trend.sentences.joined(separator: " "))
  }

  private static let (upper, lower) = (26.0, 150.0)
  var height: Double { Self.lower + 22 }

  var body: String {
    let grid = scale.ticks(4).map { tick in
      SVG.line(8, y(tick * unit.scale), 100, y(tick * unit.scale), "grid")
        + SVG.text(tick.label, 7, y(tick * unit.scale) + 4, .end, "muted")
    }
    let bounds = [0] + trend.changepoints.map(\.index) + [trend.points.count]
    let levels = zip(bounds, bounds.dropFirst()).map { first, end in
      let level = y(median(trend.points[first..<end].map(\.median)))
      return SVG.line(x(first), level, x(end - 1), level, "middle")
    }
    let changes = trend.changepoints.map { changepoint in
      let x = (x(changepoint.index - 1) + x(changepoint.index)) / 2
      let text = "\(changepoint.change > 0 ? "+" : "")\(DisplayUnit.perCent.format(changepoint.change, decimals: 1)) %"
      let anchor: SVG.Anchor = x > 90 ? .end : x < 15 ? .start : .middle
      return SVG.line(x, Self.upper - 6, x, Self.lower, "peak") + SVG.text(text, x, Self.upper - 11, anchor, "peak")
    }
    let ends = [(0, SVG.Anchor.start), (trend.points.count - 1, .end)].prefix(trend.points.count > 1 ? 2 : 1)
    let dates = ends.map { SVG.text(String(trend.points[$0].time.prefix(10)), x($0), Self.lower + 18, $1, "muted") }
    return "<g class=\"c0\">"
      + (grid + levels + changes + trend.points.indices.map(point) + dates).joined(separator: "\n") + "</g>"
  }

  private func point(_ index: Int) -> String {
    let point = trend.points[index]
    let value = "\((point.median / unit.scale).label) \(unit.symbol)"
    return SVG.line(x(index), y(point.interval.lowerBound), x(index), y(point.interval.upperBound), "stroke")
      + SVG.dot(
        x(index), y(point.median), radius: 3.5, "dot",
        title: "\(point.time.prefix(19)), \(point.commit ?? "unknown commit"): \(value)")
  }

  private func x(_ index: Int) -> Double {
    trend.points.count < 2 ? 54 : 9 + 90 * Double(index) / Double(trend.points.count - 1)
  }
  private func y(_ seconds: Double) -> Double {
    Self.lower - (Self.lower - Self.upper) * scale.percent(seconds / unit.scale) / 100
  }
}

extension History {
  /// A self-contained page with a chart for each trend.
  package var html: String {
    let charts = trends.enumerated().map { HistoryChart($1).html(id: "t\($0)") }
    let runs = trends.reduce(0) { $0 + $1.points.count }
    return HTMLPage(
      "Benchmark history", subtitle: "\(runs) runs in \(trends.count) trend\(trends.count == 1 ? "" : "s")",
      body: "<div style=\"height:1.2rem\"></div>" + (charts + [HTMLTable(table).html]).joined(separator: "\n")
    ).html
  }
}
