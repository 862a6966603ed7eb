/// Shows every step of every series on one axis of time. Points that would cover each other are stacked.
struct DistributionChart: Chart {
  let series: [Series]
  private let unit: DisplayUnit
  private let scale: Scale

  init(_ series: [Series]) {
    self.series = series
    let unit = DisplayUnit.time(for: series.map(\.median).max() ?? 1)
    self.unit = unit
    scale = Scale(around: series.flatMap(\.shownDurations).map { $0 / unit.scale })
  }

  var title: String { "Every step" }
  var explanation: String {
    "Duration in \(unit.symbol)\(scale.isLogarithmic ? ", logarithmic axis" : ""). A point is a step; "
      + "the upright line is the median, the bar below it its 95 % interval." + ThinnedSteps.note(series)
  }
  var description: String {
    series.map { "\($0.name): \($0.durations.count) steps, median \(text($0.median))" }.joined(separator: "; ")
  }

  private static let rowHeight = 66.0
  private var bottom: Double { Double(series.count) * Self.rowHeight }
  var height: Double { bottom + 20 }

  var body: String {
    SVG.axis(scale, top: 0, bottom: bottom) { $0.label }
      + series.enumerated().map { row($1, top: Double($0) * Self.rowHeight) }.joined(separator: "\n")
  }

  private func row(_ series: Series, top: Double) -> String {
    let colour = colourClass(series.colour)
    let (middle, median) = (top + 39, x(series.median))
    let label = SVG.text(series.name, 0, top + 13, .start, "name") + SVG.text(text(series.median), 100, top + 13, .end)
    let points = swarm(series).map { step, offset in
      SVG.dot(
        x(series.durations[step]), middle + offset, "dot", title: "step \(step): \(text(series.durations[step]))")
    }
    let interval = SVG.line(x(series.interval.lowerBound), top + 60, x(series.interval.upperBound), top + 60, "stroke")
    return "<g class=\"\(colour)\">\(label)\(points.joined())"
      + "\(SVG.line(median, top + 20, median, top + 62, "middle"))\(interval)</g>"
  }

  /// The step and the vertical offset in pixels of each point. The points of a narrow column alternate above and below
  /// the middle, closer together where there are many.
  private func swarm(_ series: Series) -> [(step: Int, offset: Double)] {
    let columns = Dictionary(grouping: series.shown.steps) { Int(x(series.durations[$0]) / 0.8) }
    let most = columns.values.map(\.count).max() ?? 1
    let distance = min(5, 34 / Double(max(most, 1)))
    return columns.values.flatMap { steps in
      steps.enumerated().map { place, step in
        let level = Double((place + 1) / 2) * (place.isMultiple(of: 2) ? 1 : -1)
        return (step, level * distance)
      }
    }.sorted { $0.step < $1.step }
  }

  private func x(_ seconds: Double) -> Double { scale.percent(seconds / unit.scale) }
  private func text(_ seconds: Double) -> String { "\((seconds / unit.scale).label) \(unit.symbol)" }
}
