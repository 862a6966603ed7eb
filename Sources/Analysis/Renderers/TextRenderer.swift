import Foundation

/// Writes aligned columns in plain ASCII, for a terminal or a log.
package struct TextRenderer: Renderer {
  package let name = "text"

  package init() {}

  package func render(_ table: Table) -> String {
    let headings = table.columns.map(\.heading.onOneLine)
    let rows = table.rows.map { row in zip(row, table.columns).map { $0.text(in: $1).onOneLine } }
    let widths = headings.indices.map { column in
      ([headings] + rows).map { $0[column].count }.max()!
    }
    func line(_ cells: [String]) -> String {
      let padded = zip(zip(cells, widths), table.columns).map { cell, column in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column.alignment == .right ? space + cell.0 : cell.0 + space
      }
      return String(padded.joined(separator: "  ").trimmingSuffix(" "))
    }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return
      ([table.title.onOneLine, "", line(headings), line(rule)] + rows.map(line)
      + table.notes.map { "note: \($0.onOneLine)" })
      .joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> Substring {
    var text = self[...]
    while text.last == character { text.removeLast() }
    return text
  }
}
