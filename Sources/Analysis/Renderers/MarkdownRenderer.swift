/// Writes a table in GitHub's Markdown.
package struct MarkdownRenderer: Renderer {
  package let name = "markdown"

  package init() {}

  package func render(_ table: Table) -> String {
    let headings = line(table.columns.map(\.heading))
    let rule = line(table.columns.map { $0.alignment == .right ? "---:" : ":---" })
    let rows = table.rows.map { row in line(zip(row, table.columns).map { $0.text(in: $1) }) }
    let notes = table.notes.isEmpty ? [] : [""] + table.notes.map { "- \(escaped($0))" }
    return (["### \(escaped(table.title))", "", headings, rule] + rows + notes).joined(separator: "\n") + "\n"
  }

  private func line(_ cells: [String]) -> String {
    "| " + cells.map(escaped).joined(separator: " | ") + " |"
  }

  /// Escapes a bar, which would end the cell, and what would begin emphasis, code, HTML, a link or a picture. A line end
  /// would end the row.
  private func escaped(_ text: String) -> String {
    var (result, last) = ("", Unicode.Scalar(" "))
    for scalar in text.onOneLine.unicodeScalars {
      // A bracket alone is a unit; before a parenthesis it ends the name of a link.
      if "|*`<\\".unicodeScalars.contains(scalar) || (last == "]" && scalar == "(") {
        result.unicodeScalars.append("\\")
      }
      result.unicodeScalars.append(scalar)
      last = scalar
    }
    return result
  }
}
