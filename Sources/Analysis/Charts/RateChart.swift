/// Shows series side by side: a bar for each, with the interval of its value.
struct RateChart: Chart {
  struct Bar {
    let name: String
    let colour: Int
    /// Images per second at the median step.
    let rate: Double
    let interval: ClosedRange<Double>
    /// A comparison, such as `1.83 x im2col`.
    let remark: String
  }

  let bars: [Bar]

  var title: String { "Side by side" }
  var explanation: String { "Images a second of the median step; longer is faster. The line is the 95 % interval." }
  var description: String {
    bars.map { "\($0.name): \($0.rate.label) images/s\($0.remark.isEmpty ? "" : ", \($0.remark)")" }
      .joined(separator: "; ")
  }

  private static let rowHeight = 40.0
  private var bottom: Double { Double(bars.count) * Self.rowHeight }
  var height: Double { bottom + 20 }

  var body: String {
    let scale = Scale(fromZeroTo: bars.map(\.interval.upperBound).max() ?? 1)
    return SVG.axis(scale, top: 0, bottom: bottom) { $0.label }
      + bars.enumerated().map { row($1, top: Double($0) * Self.rowHeight, scale) }.joined(separator: "\n")
  }

  private func row(_ bar: Bar, top: Double, _ scale: Scale) -> String {
    let figures = "\(bar.rate.label) images/s" + (bar.remark.isEmpty ? "" : "  (\(bar.remark))")
    let (low, high) = (scale.percent(bar.interval.lowerBound), scale.percent(bar.interval.upperBound))
    return "<g class=\"\(colourClass(bar.colour))\">\(SVG.text(bar.name, 0, top + 13, .start, "name"))"
      + SVG.text(figures, 100, top + 13, .end)
      + SVG.bar(to: scale.percent(bar.rate), top + 19, height: 14, "fill", title: "\(bar.name): \(figures)")
      + SVG.line(low, top + 26, high, top + 26, "middle") + "</g>"
  }
}
