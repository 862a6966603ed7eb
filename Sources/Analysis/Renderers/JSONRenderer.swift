import Foundation

/// Writes JSON for programs: numbers in full and in base units, which the headings name; missing ones are null.
///
///     {"title": "...", "columns": ["layer", "time [s]"], "rows": [["conv1", 0.0123]], "notes": ["..."]}
package struct JSONRenderer: Renderer {
  package let name = "json"

  package init() {}

  package func render(_ table: Table) -> String { encoded(Object(table)) }

  /// Writes one object, `{"tables": [...]}`, because several values in a row are no JSON.
  package func render(_ tables: [Table]) -> String { encoded(["tables": tables.map(Object.init)]) }

  private struct Object: Encodable {
    let title: String
    let columns: [String]
    let rows: [[Value]]
    let notes: [String]

    init(_ table: Table) {
      title = table.title
      columns = table.columns.map(\.baseHeading)
      rows = table.rows.map { $0.map(Value.init) }
      notes = table.notes
    }
  }

  private struct Value: Encodable {
    let cell: Table.Cell

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch cell {
      case .text(let text): try container.encode(text)
      // JSON has no infinity, so such a number is written as missing.
      case .number(let value) where value.isFinite: try container.encode(value)
      case .number, .missing: try container.encodeNil()
      }
    }
  }

  private func encoded(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let json = try? encoder.encode(value) else { preconditionFailure("tables hold only what JSON can say") }
    return String(decoding: json, as: UTF8.self) + "\n"
  }
}
