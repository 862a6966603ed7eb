import Foundation

/// Elements of SVG. x is in per cent of the width, y in pixels.
enum SVG {
  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> String {
    "<line class=\"\(kind)\" x1=\"\(x1.short)%\" y1=\"\(y1.short)\" x2=\"\(x2.short)%\" y2=\"\(y2.short)\"/>"
  }

  /// - Parameter title: is shown under the pointer
  static func dot(_ x: Double, _ y: Double, radius: Double = 3, _ kind: String, title: String) -> String {
    "<circle class=\"\(kind)\" cx=\"\(x.short)%\" cy=\"\(y.short)\" r=\"\(radius.short)\">"
      + "<title>\(title.htmlEscaped)</title></circle>"
  }

  static func bar(to x: Double, _ y: Double, height: Double, _ kind: String, title: String) -> String {
    "<rect class=\"\(kind)\" x=\"0\" y=\"\(y.short)\" width=\"\(max(x, 0).short)%\" height=\"\(height.short)\" rx=\"1.5\">"
      + "<title>\(title.htmlEscaped)</title></rect>"
  }

  /// A part of a bar.
  static func part(
    _ x: Double, _ width: Double, _ y: Double, height: Double, _ kind: String, title: String
  ) -> String {
    "<rect class=\"\(kind)\" x=\"\(x.short)%\" y=\"\(y.short)\" width=\"\(max(width, 0).short)%\" "
      + "height=\"\(height.short)\"><title>\(title.htmlEscaped)</title></rect>"
  }

  enum Anchor: String { case start, middle, end }

  /// - Parameters:
  ///   - remark: less important words behind the text
  ///   - aside: words behind those, for which narrow pages have no room
  static func text(
    _ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, _ kind: String = "", remark: String = "",
    aside: String = ""
  ) -> String {
    let kind = kind.isEmpty ? "" : " class=\"\(kind)\""
    let tail = remark.isEmpty ? "" : "<tspan class=\"remark\" dx=\"8\">\(remark.htmlEscaped)</tspan>"
    let end = aside.isEmpty ? "" : "<tspan class=\"remark aside\">\(aside.htmlEscaped)</tspan>"
    return "<text\(kind) x=\"\(x.short)%\" y=\"\(y.short)\" text-anchor=\"\(anchor.rawValue)\">\(text.htmlEscaped)"
      + "\(tail)\(end)</text>"
  }

  /// Draws grid lines from `top` to `bottom` with their labels below. The outer labels stay inside the chart.
  static func axis(_ scale: Scale, top: Double, bottom: Double, label: (Double) -> String) -> String {
    scale.ticks().map { tick in
      let x = scale.percent(tick)
      let anchor: Anchor = x < 4 ? .start : x > 96 ? .end : .middle
      return line(x, top, x, bottom, "grid") + text(label(tick), x, bottom + 15, anchor, "muted")
    }.joined()
  }
}

extension Double {
  /// The number with two decimals, or none where they are zero.
  var short: String {
    let text = String(format: "%.2f", self)
    return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
  }

  /// The number with three significant digits, for prose.
  var threeDigits: String { String(format: abs(self) >= 100 && abs(self) < 1e15 ? "%.0f" : "%.3g", self) }

  /// The number with four significant digits, for labels.
  var label: String { String(format: "%.4g", self) }
}
