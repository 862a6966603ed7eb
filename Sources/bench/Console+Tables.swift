import Analysis

extension Console {
  /// Prints a table. Parts that its format cannot hold become notes, so that `--format` loses no warning.
  func print(_ table: Table, with renderer: any Renderer) {
    write(renderer.render(table))
    note(renderer.leftOut([table]))
  }

  /// Prints several tables as one document, in the same manner.
  func print(_ tables: [Table], with renderer: any Renderer) {
    write(renderer.render(tables))
    note(renderer.leftOut(tables))
  }

  private func note(_ sentences: [String]) {
    for sentence in sentences { note("note: \(sentence)") }
  }
}
