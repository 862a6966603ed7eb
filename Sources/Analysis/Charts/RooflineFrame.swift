/// The axes of a roofline, its roofs, and the places of names.
struct RooflineFrame {
  /// FLOP/s.
  let peak: Double
  /// A level of the memory hierarchy with its bytes per second, from the smallest to memory.
  typealias Level = (name: String, bandwidth: Double)
  let levels: [Level]
  let (across, up): (Scale, Scale)

  static let (top, bottom) = (16.0, 340.0)
  static let height = bottom + 20

  /// Makes the axes around points and the corners of the roofs. Returns nil where there is no point or no roof.
  init?(_ points: [(intensity: Double, rate: Double)], peak: Double, levels: [Level]) {
    let levels = levels.filter { $0.bandwidth > 0 }
    guard peak > 0, !levels.isEmpty, !points.isEmpty else { return nil }
    self.peak = peak
    self.levels = levels
    let across = Scale(
      logarithmic: points.map(\.intensity) + levels.map { peak / $0.bandwidth }, room: 2)
    self.across = across
    let edges = levels.map { $0.bandwidth * across.domain.lowerBound }
    up = Scale(logarithmic: points.map(\.rate) + [peak] + edges, room: 1.4)
  }

  /// The FLOP/s that memory and processor allow at so many FLOP per byte.
  func roof(_ intensity: Double) -> Double { min(peak, levels[levels.count - 1].bandwidth * intensity) }

  /// The vertical position of a rate, in pixels.
  func y(_ rate: Double) -> Double { Self.bottom - (Self.bottom - Self.top) * up.percent(rate) / 100 }

  /// The axes and the roofs.
  var body: String {
    let grid = up.ticks().map { tick in
      SVG.line(0, y(tick), 100, y(tick), "grid") + SVG.text(giga(tick), 0, y(tick) - 4, .start, "muted")
    }
    return SVG.axis(across, top: Self.top, bottom: Self.bottom) { $0.label } + grid.joined() + roofs
  }

  private var roofs: String {
    let (left, level) = (across.domain.lowerBound, y(peak))
    let corner = levels.map { across.percent(peak / $0.bandwidth) }.min() ?? 0
    let slopes = levels.map { SVG.line(0, y($0.bandwidth * left), across.percent(peak / $0.bandwidth), level, "peak") }
    // One slope is named beside the peak; several are named where they begin.
    let several = levels.count > 1
    let names = levels.map { several ? name($0, y($0.bandwidth * left)) : "" }
    let memory = several ? "" : ", \(levels[0].name) \(giga(levels[0].bandwidth)) GB/s"
    return slopes.joined() + SVG.line(corner, level, 100, level, "peak") + names.joined()
      + SVG.text("peak \(giga(peak)) GFLOP/s\(memory)", 100, level - 6, .end, "peak")
  }

  /// Below the beginning of a slope, where nothing else is.
  private func name(_ level: Level, _ y: Double) -> String {
    SVG.text("\(level.name) \(giga(level.bandwidth)) GB/s", 8, min(y + 4, Self.bottom - 4), .start, "peak")
  }

  /// The name of each point, unless it would lie on another name, another named point or one of `others`.
  func names(
    _ points: [(name: String, intensity: Double, rate: Double)], others: [(intensity: Double, rate: Double)] = []
  ) -> String {
    // The name of the roof occupies its place already.
    var taken = [(x: 70.0...100, y: y(peak) - 10)]
    let places = points.map { (name: $0.name, x: across.percent($0.intensity), y: y($0.rate)) }
    let covering = places.map { ($0.x, $0.y) } + others.map { (across.percent($0.intensity), y($0.rate)) }
    return places.sorted { ($0.y, $0.x) < ($1.y, $1.x) }.map { place in
      // A letter takes 0.8 % of the width of a page; on narrow pages the style sheet hides names.
      let width = 2 + 0.8 * Double(place.name.count)
      let isRight = place.x + width < 100
      let range = isRight ? place.x...place.x + width : place.x - width...place.x
      let covers = covering.contains { $0.0 != place.x && range.contains($0.0) && abs($0.1 - place.y) < 10 }
      if covers || taken.contains(where: { $0.x.overlaps(range) && abs($0.y - place.y) < 14 }) { return "" }
      taken.append((range, place.y))
      return SVG.text(
        place.name, place.x + (isRight ? 0.8 : -0.8), place.y + 4, isRight ? .start : .end, "muted aside")
    }.joined()
  }

  private func giga(_ rate: Double) -> String { (rate / 1e9).label }
}
