/// One way to write a table.
package protocol Renderer: Sendable {
  /// What the command line calls it.
  var name: String { get }
  func render(_ table: Table) -> String
  /// Several tables as one text; by default one after the other.
  func render(_ tables: [Table]) -> String
  /// What of `tables` has no place in the text, a sentence each; by default nothing. It is told beside the text.
  func leftOut(_ tables: [Table]) -> [String]
}

extension Renderer {
  package func render(_ tables: [Table]) -> String { tables.map(render).joined(separator: "\n") }
  package func leftOut(_ tables: [Table]) -> [String] { [] }
}

/// Every renderer, the default first. The command line and the tests take theirs from here.
package enum Renderers {
  package static let all: [any Renderer] = [
    TextRenderer(), MarkdownRenderer(), CSVRenderer(), JSONRenderer(), HTMLRenderer(), JUnitRenderer(),
  ]

  package static func named(_ name: String) -> (any Renderer)? { all.first { $0.name == name } }
}
