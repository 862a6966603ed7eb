/// Writes a self-contained page. It opens offline, in light and dark, and its columns can be sorted.
package struct HTMLRenderer: Renderer {
  package let name = "html"

  package init() {}

  package func render(_ table: Table) -> String { render([table]) }

  package func render(_ tables: [Table]) -> String {
    HTMLPage(tables.first?.title ?? "Results", body: tables.map { HTMLTable($0).html }.joined(separator: "\n")).html
  }
}
