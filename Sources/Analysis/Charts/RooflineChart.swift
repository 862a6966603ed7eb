/// Shows the rate of each layer against its operations per byte, under the roof of peak and memory bandwidth.
///
/// Source: Williams, Waterman & Patterson 2009, Roofline: An Insightful Visual Performance Model.
struct RooflineChart: Chart {
  private let layers: [(name: String, problem: String, intensity: Double, rates: [Double?])]
  private let series: [(name: String, colour: Int)]
  private let frame: RooflineFrame

  /// Makes the roofline of the layers of `chart`. Returns nil where the peak, the bandwidth or the bytes of every layer
  /// are unknown.
  init?(_ chart: LayerChart, bandwidth: Double?) {
    layers = chart.layers.compactMap { layer in
      guard let intensity = layer.intensity, layer.rates.contains(where: { $0 != nil }) else { return nil }
      return (layer.name, layer.problem, intensity, layer.rates)
    }
    let points = layers.flatMap { layer in layer.rates.compactMap { rate in rate.map { (layer.intensity, $0) } } }
    guard let peak = chart.peak, let bandwidth,
      let frame = RooflineFrame(points, peak: peak, levels: [("memory", bandwidth)])
    else { return nil }
    self.frame = frame
    series = chart.series
  }

  var title: String { "Roofline" }
  var explanation: String {
    "Effective GFLOP/s of each layer (upwards) against its FLOP per byte (to the right), both logarithmic: operations "
      + "of direct convolution; bytes of input, filter and output, once each. The dashed roof is what reading memory "
      + "at \((frame.levels[0].bandwidth / 1e9).label) GB/s and the multiply-add peak allow; Winograd, which needs fewer operations, "
      + "and layers that find their input in a cache can lie above it. Only names that have room are shown."
  }
  var description: String {
    layers.map { layer in
      let rates = zip(series, layer.rates).compactMap { series, rate in rate.map { "\(series.name) \(giga($0))" } }
      return "\(layer.name) at \(layer.intensity.label) FLOP/byte: \(rates.joined(separator: ", "))"
    }.joined(separator: "; ") + " GFLOP/s"
  }
  var legend: [(name: String, colour: Int)] { series.count > 1 ? series : [] }

  var height: Double { RooflineFrame.height }

  var body: String {
    let points = layers.flatMap { layer in
      zip(series, layer.rates).map { series, rate -> String in
        guard let rate else { return "" }
        let title =
          "\(layer.name), \(series.name): \(layer.intensity.label) FLOP/byte, \(giga(rate)) GFLOP/s, "
          + "\((100 * rate / frame.roof(layer.intensity)).label) % of the roof (\(layer.problem))"
        let dot = SVG.dot(frame.across.percent(layer.intensity), frame.y(rate), radius: 4, "dot", title: title)
        return "<g class=\"\(colourClass(series.colour))\">\(dot)</g>"
      }
    }
    // The name of a layer stands beside its best point.
    let named = layers.map { ($0.name, $0.intensity, $0.rates.compactMap(\.self).max() ?? frame.peak) }
    return frame.body + points.joined(separator: "\n") + frame.names(named)
  }

  private func giga(_ rate: Double) -> String { (rate / 1e9).label }
}
