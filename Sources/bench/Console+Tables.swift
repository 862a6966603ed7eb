import Analysis

extension Console {
  /// Prints a table, and as notes what its format has no place for: no warning is lost with `--format`.
  func print(_ table: Table, with renderer: any Renderer) {
    write(renderer.render(table))
    note(renderer.leftOut([table]))
  }

  /// The same for several tables as one document.
  func print(_ tables: [Table], with renderer: any Renderer) {
    write(renderer.render(tables))
    note(renderer.leftOut(tables))
  }

  private func note(_ sentences: [String]) {
    for sentence in sentences { note("note: \(sentence)") }
  }
}
