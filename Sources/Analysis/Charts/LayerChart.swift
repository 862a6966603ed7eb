/// Shows the rate of each layer against the machine's peak, with a bar for each series.
struct LayerChart: Chart {
  struct Layer {
    let name: String
    let problem: String
    /// FLOP per byte; nil where the file has no bytes.
    var intensity: Double?
    /// FLOP/s by series; nil where a series did not time it.
    let rates: [Double?]
  }

  let layers: [Layer]
  let series: [(name: String, colour: Int)]
  /// FLOP/s; nil where it was not measured.
  let peak: Double?

  var title: String { "Layer by layer" }
  var explanation: String {
    "Effective GFLOP/s of each layer: operations of direct convolution over the median time, all directions together. "
      + (peak == nil ? "" : "The dashed line is the measured multiply-add peak; Winograd can exceed it. ")
      + "The number behind a name is the best of its bars."
  }
  var description: String {
    layers.map { layer in
      let rates = zip(series, layer.rates).compactMap { series, rate in rate.map { "\(series.name) \(giga($0))" } }
      return "\(layer.name): \(rates.joined(separator: ", "))"
    }.joined(separator: "; ") + " GFLOP/s"
  }
  var legend: [(name: String, colour: Int)] { series.count > 1 ? series : [] }

  private static let (top, barHeight) = (20.0, 8.0)
  private var rowHeight: Double { 25 + Double(series.count) * Self.barHeight }
  private var bottom: Double { Self.top + Double(layers.count) * rowHeight }
  var height: Double { bottom + 20 }

  var body: String {
    let largest = (layers.flatMap { $0.rates.compactMap(\.self) } + [peak ?? 0]).max() ?? 1
    let scale = Scale(fromZeroTo: largest * 1.02 / 1e9)
    let rows = layers.enumerated().map { row($1, top: Self.top + Double($0) * rowHeight, scale) }
    var parts = [SVG.axis(scale, top: Self.top, bottom: bottom) { $0.label }] + rows
    if let peak {
      let x = scale.percent(peak / 1e9)
      let anchor: SVG.Anchor = x < 15 ? .start : x > 85 ? .end : .middle
      parts.append(SVG.line(x, Self.top - 4, x, bottom, "peak"))
      parts.append(SVG.text("peak \(giga(peak))", x, Self.top - 8, anchor, "peak"))
    }
    return parts.joined(separator: "\n")
  }

  private func row(_ layer: Layer, top: Double, _ scale: Scale) -> String {
    let best = layer.rates.compactMap(\.self).max()
    let bars = zip(series, layer.rates).enumerated().map { place, pair -> String in
      guard let rate = pair.1 else { return "" }
      let bar = SVG.bar(
        to: scale.percent(rate / 1e9), top + 18 + Double(place) * Self.barHeight, height: Self.barHeight - 1.5, "fill",
        title: "\(layer.name), \(pair.0.name): \(giga(rate)) GFLOP/s (\(layer.problem))")
      return "<g class=\"\(colourClass(pair.0.colour))\">\(bar)</g>"
    }
    // The value stands behind the name, because at the end of the row it would lie on the line of the peak.
    return SVG.text(layer.name, 0, top + 13, .start, "name", remark: best.map(giga) ?? "") + bars.joined()
  }

  private func giga(_ rate: Double) -> String { (rate / 1e9).label }
}
