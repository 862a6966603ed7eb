import Analysis
import ArgumentParser

/// How a profile is printed: as tables, or as the record itself.
struct ProfileFormatOption: ParsableArguments {
  static let json = "json"

  @Option(
    help: "How to print: text, markdown, csv (the table of layers) or json (the whole record).",
    completion: .list([json] + Renderers.all.map(\.name).filter { $0 != json }))
  var format = "text"

  func validate() throws { _ = try renderer() }

  /// Nil for the record itself.
  func renderer() throws -> (any Renderer)? {
    if format == Self.json { return nil }
    guard let renderer = Renderers.named(format) else {
      let names = ([Self.json] + Renderers.all.map(\.name).filter { $0 != Self.json }).joined(separator: ", ")
      throw ValidationError("There is no format '\(format)'. Use one of: \(names).")
    }
    return renderer
  }
}
