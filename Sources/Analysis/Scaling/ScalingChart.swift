import Results
import Statistics

/// Shows images a second against the number of threads, a line for each batch size.
struct ScalingChart: Chart {
  let scaling: Scaling

  var title: String { "Threads and batch sizes" }
  var explanation: String {
    "Images a second of the median step against threads; the dashed lines are as many times faster as there are threads."
  }
  var description: String {
    scaling.records.map { record in
      "batch \(record.batchSize), \(record.threads) threads: \(scaling.rate(record).label) images/s"
    }.joined(separator: "; ")
  }
  let height = 280.0

  private var batches: [Int] { Array(Set(scaling.records.map(\.batchSize))).sorted() }

  var legend: [(name: String, colour: Int)] { batches.enumerated().map { ("batch \($1)", $0) } }

  private static let (upper, lower) = (12.0, 240.0)

  var body: String {
    let threads = scaling.records.map { Double($0.threads) }
    let scale = Scale(fromZeroTo: scaling.records.map(scaling.rate).max() ?? 1)
    let (fewest, most) = (threads.min() ?? 1, threads.max() ?? 1)
    func x(_ count: Double) -> Double { most > fewest ? 10 + 86 * (count - fewest) / (most - fewest) : 53 }
    func y(_ rate: Double) -> Double { Self.lower - (Self.lower - Self.upper) * scale.percent(rate) / 100 }
    let grid = scale.ticks().map { tick in
      SVG.line(8, y(tick), 100, y(tick), "grid") + SVG.text(tick.label, 7, y(tick) + 4, .end, "muted")
    }
    let marks = Set(threads).sorted().map { SVG.text("\(Int($0))", x($0), Self.lower + 16, .middle, "muted") }
    let lines = batches.enumerated().map { colour, batch -> String in
      let records = scaling.records.filter { $0.batchSize == batch }
      let points = records.map { (x(Double($0.threads)), scaling.rate($0), $0.threads) }
      let segments = zip(points, points.dropFirst()).map { SVG.line($0.0, y($0.1), $1.0, y($1.1), "stroke") }
      let dots = points.map {
        SVG.dot($0.0, y($0.1), "dot", title: "batch \(batch), \($0.2) threads: \($0.1.label) images/s")
      }
      let parts = [ideal(records, scale, x, y)] + segments + dots
      return "<g class=\"\(colourClass(colour))\">\(parts.joined())</g>"
    }
    return grid.joined() + marks.joined() + lines.joined(separator: "\n")
      + SVG.text("threads", 100, Self.lower + 34, .end, "muted")
  }

  /// The line of perfect scaling as far as the chart reaches.
  private func ideal(
    _ records: [Record], _ scale: Scale, _ x: (Double) -> Double, _ y: (Double) -> Double
  ) -> String {
    guard let first = records.first, let last = records.last, last.threads > first.threads else { return "" }
    let each = scaling.rate(first) / Double(first.threads)
    let end = min(Double(last.threads), scale.domain.upperBound / each)
    guard end > Double(first.threads) else { return "" }
    return SVG.line(x(Double(first.threads)), y(scaling.rate(first)), x(end), y(each * end), "peak")
  }
}
