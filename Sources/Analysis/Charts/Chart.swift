/// A chart of some series, as an inline SVG with a name and a description for readers who cannot see it.
protocol Chart {
  var title: String { get }
  /// Says what is plotted and how to read it.
  var explanation: String { get }
  /// The content of the chart in words.
  var description: String { get }
  /// The height in pixels. The width is that of the page.
  var height: Double { get }
  /// The names of the colours, where the chart itself does not show them.
  var legend: [(name: String, colour: Int)] { get }
  /// The same with CSS classes, for charts with other colours than those of series.
  var keys: [(name: String, kind: String)] { get }
  var body: String { get }
}

extension Chart {
  var legend: [(name: String, colour: Int)] { [] }
  var keys: [(name: String, kind: String)] { legend.map { ($0.name, colourClass($0.colour)) } }

  /// - Parameter id: is unique in its page
  func html(id: String) -> String {
    let names = keys.map { "<li class=\"\($0.kind)\">\($0.name.htmlEscaped)</li>" }.joined()
    return """
      <figure id="\(id)">
      <figcaption><b>\(title.htmlEscaped)</b><span>\(explanation.htmlEscaped)</span></figcaption>
      \(names.isEmpty ? "" : "<ul class=\"legend\">\(names)</ul>")
      <svg width="100%" height="\(height.short)" role="img" aria-labelledby="\(id)-t \(id)-d">
      <title id="\(id)-t">\(title.htmlEscaped)</title><desc id="\(id)-d">\(description.htmlEscaped)</desc>
      \(body)
      </svg>
      </figure>
      """
  }
}

/// The CSS class of the colour of series `index`. There are eight colours; then they repeat, and names distinguish
/// them.
func colourClass(_ index: Int) -> String { "c\(index % 8)" }

/// Durations with a name and a colour, which is the same in all charts of a page.
struct Series {
  let name: String
  let colour: Int
  /// Seconds, in the order of the steps.
  let durations: [Double]
  let median: Double
  /// The 95 % interval of the median.
  let interval: ClosedRange<Double>
  /// The steps that charts draw, with the fastest and the slowest one.
  let shown: ThinnedSteps

  init(name: String, colour: Int, durations: [Double], median: Double, interval: ClosedRange<Double>) {
    self.name = name
    self.colour = colour
    self.durations = durations
    self.median = median
    self.interval = interval
    shown = ThinnedSteps(durations)
  }

  /// The durations of the steps that are drawn.
  var shownDurations: [Double] { shown.steps.map { durations[$0] } }
}
