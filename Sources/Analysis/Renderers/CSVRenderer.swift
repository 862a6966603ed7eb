/// Comma-separated values after RFC 4180, for programs: numbers in full and in base units, missing ones empty.
///
/// The title and the notes have no place in this format.
package struct CSVRenderer: Renderer {
  package let name = "csv"

  package init() {}

  package func render(_ table: Table) -> String {
    ([table.columns.map(\.baseHeading)] + table.rows.map { $0.map(field) })
      .map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private func field(_ cell: Table.Cell) -> String {
    switch cell {
    case .text(let text): text
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .missing: ""
    }
  }

  private func quoted(_ field: String) -> String {
    // By scalar: a carriage return and a line feed together are one character.
    guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
