/// Writes comma-separated values after RFC 4180, for programs: numbers in full and in base units; missing ones are
/// empty.
///
/// Readers of this format expect one header. Tables with the same columns as the first become one table with an
/// additional column for their titles. Notes and tables with other columns are left out.
package struct CSVRenderer: Renderer {
  package let name = "csv"

  package init() {}

  package func render(_ table: Table) -> String { text([header(table)] + rows(table)) }

  package func render(_ tables: [Table]) -> String {
    let alike = alike(tables)
    guard let first = alike.first, alike.count > 1 else { return alike.map(render).joined() }
    return text([["table"] + header(first)] + alike.flatMap { table in rows(table).map { [table.title] + $0 } })
  }

  package func leftOut(_ tables: [Table]) -> [String] {
    let alike = alike(tables)
    return alike.flatMap { [$0.title] + $0.notes }
      + tables.filter { !alike.contains($0) }.map {
        "'\($0.title)' is left out, because CSV has one header and this table has other columns; --format json has all tables."
      }
  }

  /// The tables with the header of the first.
  private func alike(_ tables: [Table]) -> [Table] { tables.filter { header($0) == header(tables[0]) } }

  private func header(_ table: Table) -> [String] { table.columns.map(\.baseHeading) }

  private func rows(_ table: Table) -> [[String]] { table.rows.map { $0.map(field) } }

  private func text(_ lines: [[String]]) -> String {
    lines.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private func field(_ cell: Table.Cell) -> String {
    switch cell {
    case .text(let text): text
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .missing: ""
    }
  }

  private func quoted(_ field: String) -> String {
    // Scalars are compared: a line end of two, or a quote with a combining mark, is one other character.
    guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return field }
    var text = "\""
    for scalar in field.unicodeScalars {
      if scalar == "\"" { text.unicodeScalars.append("\"") }
      text.unicodeScalars.append(scalar)
    }
    text.unicodeScalars.append("\"")
    return text
  }
}
