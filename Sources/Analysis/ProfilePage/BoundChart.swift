import Results

/// Shows the time of each layer, and the time that it would take at its bound.
struct BoundChart: Chart {
  /// In the order in which they are shown.
  let layers: [ProfileLayer]
  /// The mean step in seconds.
  let step: Double
  private let unit: DisplayUnit
  private let scale: Scale

  init(_ layers: [ProfileLayer], step: Double) {
    self.layers = layers
    self.step = step
    let longest = layers.map { max($0.time, $0.boundTime ?? 0) }.max() ?? 1
    unit = DisplayUnit.time(for: longest)
    scale = Scale(fromZeroTo: longest * 1.02 / unit.scale)
  }

  var title: String { "Layers against their bounds" }
  var explanation: String {
    "Mean time of each layer in \(unit.symbol), the slowest first. The upright mark is the shortest time that the "
      + "machine allows for its operations and bytes; the colour says what sets that bound. A bar that ends "
      + "before its mark found data in a cache, or the bandwidth was measured on a busy machine."
  }
  var description: String {
    layers.map { "\($0.label): \(text($0.time))\($0.boundShare.map { ", \($0.percent) of its bound" } ?? "")" }
      .joined(separator: "; ")
  }
  var legend: [(name: String, colour: Int)] {
    let kinds: [ProfileBounds.Kind?] = [.compute, .cache, .memory, nil]
    return kinds.filter { kind in layers.contains { $0.bound == kind } }.map { ($0.legendName, $0.colour) }
  }

  private static let (top, rowHeight) = (4.0, 30.0)
  private var bottom: Double { Self.top + Double(layers.count) * Self.rowHeight }
  var height: Double { bottom + 20 }

  var body: String {
    SVG.axis(scale, top: Self.top, bottom: bottom) { $0.label }
      + layers.enumerated().map { row($1, top: Self.top + Double($0) * Self.rowHeight) }.joined(separator: "\n")
  }

  private func row(_ layer: ProfileLayer, top: Double) -> String {
    let share = layer.boundShare.map { ", \($0.percent) of bound" } ?? ""
    let title = layer.sentence(step: step, time: text)
    let bar = SVG.bar(
      to: scale.percent(max(layer.time, 0) / unit.scale), top + 17, height: 8, "fill", title: title)
    let mark = layer.boundTime.map { time -> String in
      let x = scale.percent(time / unit.scale)
      return SVG.line(x, top + 16, x, top + 27, "bound")
    }
    return "<g class=\"\(colourClass(layer.bound.colour))\">"
      + SVG.text(
        layer.name, 0, top + 13, .start, "name", remark: "\(layer.directionText)\(text(layer.time))", aside: share)
      + bar + (mark ?? "") + "</g>"
  }

  private func text(_ seconds: Double) -> String { "\((seconds / unit.scale).threeDigits) \(unit.symbol)" }
}

extension ProfileBounds.Kind? {
  fileprivate var colour: Int {
    switch self {
    case .compute: 0
    case .cache: 2
    case .memory: 1
    case nil: 7
    }
  }

  fileprivate var legendName: String {
    switch self {
    case .compute: "bound by the multiply-add peak"
    case .cache: "bound by a cache's bandwidth"
    case .memory: "bound by memory's bandwidth"
    case nil: "no bound known"
    }
  }
}

extension ProfileLayer {
  /// The name with the direction.
  var label: String { "\(name), \(direction.description)" }

  fileprivate var directionText: String { direction == .forward ? "" : "\(direction.description), " }

  /// The part of its time that it would take at its bound.
  var boundShare: Double? {
    guard let boundTime, time > 0 else { return nil }
    return boundTime / time
  }

  /// Everything that a tooltip says.
  fileprivate func sentence(step: Double, time text: (Double) -> String) -> String {
    var parts = ["\(label): \(text(time))" + (step > 0 ? ", \((time / step).percent) of the step" : "")]
    if let boundTime, let bound {
      parts.append("bound \(text(boundTime)) by \(bound.rawValue), \((boundShare ?? 0).percent) of it reached")
    }
    parts.append("\((executedFLOP / 1e9).threeDigits) GFLOP executed (\((flop / 1e9).threeDigits) direct)")
    parts.append("\((bytes / 0x1p20).threeDigits) MiB of tensors (\((movedBytes / 0x1p20).threeDigits) moved)")
    if time > 0 {
      parts.append(
        "\((executedFLOP / time / 1e9).threeDigits) GFLOP/s, \((bytes / time / 1e9).threeDigits) GB/s")
    }
    parts.append([kind, backend, algorithm, problem].compactMap(\.self).joined(separator: ", "))
    return parts.joined(separator: "\n")
  }
}

extension Double {
  /// A share, such as `12.3 %`.
  var percent: String { self > 0 && self < 0.0005 ? "<0.1 %" : "\(DisplayUnit.perCent.format(self, decimals: 1)) %" }
}
