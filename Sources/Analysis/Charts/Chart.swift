/// A picture of some series, as an inline SVG with a name and a description for those who cannot see it.
protocol Chart {
  var title: String { get }
  /// What is plotted and how to read it.
  var explanation: String { get }
  /// What there is to see, in words.
  var description: String { get }
  /// In pixels; the width is the page's.
  var height: Double { get }
  /// Names of the colours, where they are not written beside what they colour.
  var legend: [(name: String, colour: Int)] { get }
  var body: String { get }
}

extension Chart {
  var legend: [(name: String, colour: Int)] { [] }

  /// - Parameter id: unique in its page.
  func html(id: String) -> String {
    let names = legend.map { "<li class=\"\(colourClass($0.colour))\">\($0.name.htmlEscaped)</li>" }.joined()
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

/// The class that sets the colour of series `index`; after eight they repeat, and names tell them apart.
func colourClass(_ index: Int) -> String { "c\(index % 8)" }

/// Durations with a name, always in the same colour on one page.
struct Series {
  let name: String
  let colour: Int
  /// In seconds and in the order of the steps.
  let durations: [Double]
  let median: Double
  /// 95 % interval of the median.
  let interval: ClosedRange<Double>
}
