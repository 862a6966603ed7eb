/// A way to write a table as text.
package protocol Renderer: Sendable {
  /// The name on the command line.
  var name: String { get }
  func render(_ table: Table) -> String
  /// Writes several tables as one text; by default one after the other.
  func render(_ tables: [Table]) -> String
  /// Sentences about parts of `tables` that the format cannot hold; by default none. They are printed elsewhere.
  func leftOut(_ tables: [Table]) -> [String]
}

extension Renderer {
  package func render(_ tables: [Table]) -> String { tables.map(render).joined(separator: "\n") }
  package func leftOut(_ tables: [Table]) -> [String] { [] }
}

/// Every renderer, the default first. The command line and the tests use this list.
package enum Renderers {
  package static let all: [any Renderer] = [
    TextRenderer(), MarkdownRenderer(), CSVRenderer(), JSONRenderer(), HTMLRenderer(), JUnitRenderer(),
  ]

  package static func named(_ name: String) -> (any Renderer)? { all.first { $0.name == name } }
}
