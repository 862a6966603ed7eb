import Results
import Terms

/// Shows layers or phases as points under the roofs of a profile's bounds.
struct ProfileRoofline: Chart {
  struct Point {
    let name: String
    /// The CSS classes of the colour.
    let colour: String
    let flop: Double
    let bytes: Double
    /// Seconds.
    let time: Double
    let remark: String

    var intensity: Double { flop / bytes }
    var rate: Double { flop / time }
  }

  let title: String
  let explanation: String
  let keys: [(name: String, kind: String)]
  private let points: [Point]
  private let frame: RooflineFrame

  /// Returns nil where there is no roof, or no point with operations, bytes and a time.
  private init?(
    _ points: [Point], _ bounds: ProfileBounds?, title: String, explanation: String,
    keys: [(name: String, kind: String)]
  ) {
    self.points = points.filter { $0.flop > 0 && $0.bytes > 0 && $0.time > 0 }
    let places = self.points.map { (intensity: $0.intensity, rate: $0.rate) }
    guard let bounds,
      let frame = RooflineFrame(places, peak: bounds.peak, levels: bounds.levels.map { ($0.name, $0.bandwidth) })
    else { return nil }
    self.frame = frame
    self.title = title
    self.explanation = explanation
    self.keys = keys
  }

  var height: Double { RooflineFrame.height }

  var description: String {
    points.map { "\($0.name) at \($0.intensity.label) FLOP/byte: \(($0.rate / 1e9).label)" }.joined(separator: "; ")
      + " GFLOP/s"
  }

  var body: String {
    let dots = points.map { point -> String in
      let unit = DisplayUnit.time(for: point.time)
      let dot = SVG.dot(
        frame.across.percent(point.intensity), frame.y(point.rate), radius: 4, "dot",
        title: "\(point.name): \(point.intensity.threeDigits) FLOP/byte, \((point.rate / 1e9).threeDigits) GFLOP/s, "
          + "\((point.time / unit.scale).threeDigits) \(unit.symbol)\n\(point.remark)")
      return "<g class=\"\(point.colour)\">\(dot)</g>"
    }
    // The name of a layer stands at what takes longest of it.
    var seen = Set<String>()
    let named = points.sorted { $0.time > $1.time }.filter { seen.insert($0.name).inserted }
      .map { ($0.name, $0.intensity, $0.rate) }
    return frame.body + dots.joined(separator: "\n")
      + frame.names(named, others: points.map { ($0.intensity, $0.rate) })
  }
}

extension ProfileRoofline {
  /// A point for each layer with operations, coloured by its direction.
  static func layers(_ record: ProfileRecord) -> ProfileRoofline? {
    let directions: [StepPhase] = [.forward, .inputGradient, .filterGradient, .update]
    let present = directions.enumerated().filter { _, direction in
      record.layers.contains { $0.direction == direction && $0.executedFLOP > 0 }
    }
    let points = record.layers.map { layer in
      Point(
        name: layer.name, colour: colourClass(directions.firstIndex(of: layer.direction) ?? 7),
        flop: layer.executedFLOP, bytes: layer.bytes, time: layer.time,
        remark: [layer.direction.description, layer.backend, layer.algorithm, layer.problem].compactMap(\.self)
          .joined(separator: ", "))
    }
    return ProfileRoofline(
      points, record.bounds, title: "Roofline of layers",
      explanation: "GFLOP/s of what each layer executes (upwards) against its FLOP per byte (to the right), both "
        + "logarithmic; the bytes are those of its tensors, once each. The dashed roofs are the multiply-add peak and "
        + "the measured bandwidths. Layers without products have no point. Only names that have room are shown.",
      keys: present.map { ($1.description, colourClass($0)) })
  }

  /// A point for each phase with operations.
  static func phases(_ record: ProfileRecord) -> ProfileRoofline? {
    let phases = record.layers.flatMap { layer in layer.phases.map { (layer, $0) } }
    let present = Set(phases.filter { $0.1.flop > 0 }.map(\.1.name))
    let points = phases.map { layer, phase in
      Point(
        name: layer.name, colour: phase.name.colourClass, flop: phase.flop, bytes: phase.bytes, time: phase.time,
        remark: "\(phase.name.description), \(layer.direction.description)")
    }
    return ProfileRoofline(
      points, record.bounds, title: "Roofline of phases",
      explanation: "The same for each phase of each layer, with the bytes that it reads and writes, in whatever cache "
        + "they lie: above the roof of memory its data comes from a cache. A phase's time is the thread time over the "
        + "number of threads.",
      keys: ThreadActivity.allCases.filter(present.contains).map { ($0.description, $0.colourClass) })
  }
}
