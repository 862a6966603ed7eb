/// Shows the rate of each layer against its operations per byte, under the roof of peak and memory bandwidth.
///
/// Source: Williams, Waterman & Patterson 2009, Roofline: An Insightful Visual Performance Model.
struct RooflineChart: Chart {
  private let layers: [(name: String, problem: String, intensity: Double, rates: [Double?])]
  private let series: [(name: String, colour: Int)]
  /// The peak in FLOP/s and the bandwidth in bytes/s.
  private let (peak, bandwidth): (Double, Double)
  private let (across, up): (Scale, Scale)

  /// Makes the roofline of the layers of `chart`. Returns nil where the peak, the bandwidth or the bytes of every layer
  /// are unknown.
  init?(_ chart: LayerChart, bandwidth: Double?) {
    layers = chart.layers.compactMap { layer in
      guard let intensity = layer.intensity, layer.rates.contains(where: { $0 != nil }) else { return nil }
      return (layer.name, layer.problem, intensity, layer.rates)
    }
    guard let peak = chart.peak, let bandwidth, peak > 0, bandwidth > 0, !layers.isEmpty else { return nil }
    (self.peak, self.bandwidth) = (peak, bandwidth)
    series = chart.series
    across = Scale(logarithmic: layers.map(\.intensity) + [peak / bandwidth], room: 2)
    let edge = bandwidth * across.domain.lowerBound
    up = Scale(logarithmic: layers.flatMap { $0.rates.compactMap(\.self) } + [peak, edge], room: 1.4)
  }

  var title: String { "Roofline" }
  var explanation: String {
    "Effective GFLOP/s of each layer (upwards) against its FLOP per byte (to the right), both logarithmic: operations "
      + "of direct convolution; bytes of input, filter and output, once each. The dashed roof is what reading memory "
      + "at \((bandwidth / 1e9).label) GB/s and the multiply-add peak allow; Winograd, which needs fewer operations, "
      + "and layers that find their input in a cache can lie above it. Only names that have room are shown."
  }
  var description: String {
    layers.map { layer in
      let rates = zip(series, layer.rates).compactMap { series, rate in rate.map { "\(series.name) \(giga($0))" } }
      return "\(layer.name) at \(layer.intensity.label) FLOP/byte: \(rates.joined(separator: ", "))"
    }.joined(separator: "; ") + " GFLOP/s"
  }
  var legend: [(name: String, colour: Int)] { series.count > 1 ? series : [] }

  private static let (top, bottom) = (16.0, 340.0)
  var height: Double { Self.bottom + 20 }

  var body: String {
    let grid = up.ticks().map { tick in
      SVG.line(0, y(tick), 100, y(tick), "grid") + SVG.text(giga(tick), 0, y(tick) - 4, .start, "muted")
    }
    let points = layers.flatMap { layer in
      zip(series, layer.rates).map { series, rate -> String in
        guard let rate else { return "" }
        let title =
          "\(layer.name), \(series.name): \(layer.intensity.label) FLOP/byte, \(giga(rate)) GFLOP/s, "
          + "\((100 * rate / roof(layer.intensity)).label) % of the roof (\(layer.problem))"
        let dot = SVG.dot(across.percent(layer.intensity), y(rate), radius: 4, "dot", title: title)
        return "<g class=\"\(colourClass(series.colour))\">\(dot)</g>"
      }
    }
    return SVG.axis(across, top: Self.top, bottom: Self.bottom) { $0.label } + grid.joined() + roofLines
      + points.joined(separator: "\n") + names
  }

  /// The FLOP/s that memory and processor allow at so many FLOP per byte.
  private func roof(_ intensity: Double) -> Double { min(peak, bandwidth * intensity) }

  private var roofLines: String {
    let (left, ridge) = (across.domain.lowerBound, peak / bandwidth)
    let (corner, level) = (across.percent(ridge), y(peak))
    return SVG.line(0, y(roof(left)), corner, level, "peak") + SVG.line(corner, level, 100, level, "peak")
      + SVG.text("peak \(giga(peak)) GFLOP/s, memory \(giga(bandwidth)) GB/s", 100, level - 6, .end, "peak")
  }

  /// The name of each layer beside its best point, unless it would lie on another name or another layer's point.
  private var names: String {
    // The name of the roof occupies its place already.
    var taken = [(x: 70.0...100, y: y(peak) - 10)]
    let places = layers.map { layer in
      (name: layer.name, x: across.percent(layer.intensity), y: y(layer.rates.compactMap(\.self).max() ?? peak))
    }
    return places.sorted { ($0.y, $0.x) < ($1.y, $1.x) }.map { place in
      // A letter takes 0.8 % of the width of a page; on narrow pages the style sheet hides names.
      let width = 2 + 0.8 * Double(place.name.count)
      let isRight = place.x + width < 100
      let range = isRight ? place.x...place.x + width : place.x - width...place.x
      let covers = places.contains { $0.x != place.x && range.contains($0.x) && abs($0.y - place.y) < 10 }
      if covers || taken.contains(where: { $0.x.overlaps(range) && abs($0.y - place.y) < 14 }) { return "" }
      taken.append((range, place.y))
      return SVG.text(
        place.name, place.x + (isRight ? 0.8 : -0.8), place.y + 4, isRight ? .start : .end, "muted aside")
    }.joined()
  }

  /// The vertical position of a rate, in pixels.
  private func y(_ rate: Double) -> Double {
    Self.bottom - (Self.bottom - Self.top) * up.percent(rate) / 100
  }

  private func giga(_ rate: Double) -> String { (rate / 1e9).label }
}
