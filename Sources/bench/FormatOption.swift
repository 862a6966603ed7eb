import Analysis
import ArgumentParser

/// The format of a command's tables.
struct FormatOption: ParsableArguments {
  @Option(
    help: """
      How to print: \(Renderers.all.map(\.name).joined(separator: ", ")). csv has one header; notes and tables with other \
      columns go to standard error.
      """,
    completion: .list(Renderers.all.map(\.name)))
  var format = "text"

  func validate() throws { _ = try renderer() }

  /// - Throws: `ValidationError` where there is no renderer of that name
  func renderer() throws -> any Renderer { try Self.renderer(format) }

  /// - Parameter others: formats that the command has beside those of tables, for the sentence
  static func renderer(_ format: String, besides others: [String] = []) throws -> any Renderer {
    guard let renderer = Renderers.named(format) else {
      let names = (Renderers.all.map(\.name) + others).joined(separator: ", ")
      throw ValidationError("There is no format '\(format)'. Use one of: \(names).")
    }
    return renderer
  }
}
