/// An HTML table with a caption, scoped headings, and raw values beside the rounded ones, by which a script sorts it.
struct HTMLTable {
  let table: Table

  init(_ table: Table) { self.table = table }

  var html: String {
    let headings = table.columns.map { column in
      "<th scope=\"col\"\(kind(column))>\(column.heading.htmlEscaped)</th>"
    }
    let rows = table.rows.map { row in
      let cells = zip(row, table.columns).enumerated().map { index, pair in cell(pair.0, pair.1, isFirst: index == 0) }
      return "<tr>\(cells.joined())</tr>"
    }
    let notes = table.notes.map { "<li>\($0.htmlEscaped)</li>" }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(table.title.htmlEscaped)">
      <table class="sortable">
      <caption>\(table.title.htmlEscaped)</caption>
      <thead><tr>\(headings.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      \(notes.isEmpty ? "" : "<ul class=\"notes\">\(notes.joined())</ul>")
      """
  }

  private func kind(_ column: Table.Column) -> String { column.alignment == .right ? " class=\"number\"" : "" }

  private func cell(_ cell: Table.Cell, _ column: Table.Column, isFirst: Bool) -> String {
    let text = cell.text(in: column).htmlEscaped
    if isFirst { return "<th scope=\"row\">\(text)</th>" }
    if case .number(let value) = cell, value.isFinite {
      return "<td class=\"number\" data-value=\"\(value)\">\(text)</td>"
    }
    return "<td\(kind(column))>\(text)</td>"
  }
}
