import Analysis
import ArgumentParser

/// How a command prints its tables.
struct FormatOption: ParsableArguments {
  @Option(
    help: """
      How to print: \(Renderers.all.map(\.name).joined(separator: ", ")). csv has one header; the notes and tables \
      that have no place below it are told on standard error.
      """,
    completion: .list(Renderers.all.map(\.name)))
  var format = "text"

  /// - Throws: `Failure` where there is no renderer of that name.
  func renderer() throws -> any Renderer {
    guard let renderer = Renderers.named(format) else {
      let names = Renderers.all.map(\.name).joined(separator: ", ")
      throw Failure.usage("There is no format '\(format)'. Use one of: \(names).")
    }
    return renderer
  }
}
