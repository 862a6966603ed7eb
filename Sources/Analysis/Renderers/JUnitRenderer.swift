/// Writes JUnit's XML for CI systems. A row is a test case with the name of its first cell; in a table without outcomes
/// every row passes.
///
/// `system-out` has the whole table as text.
package struct JUnitRenderer: Renderer {
  package let name = "junit"

  package init() {}

  package func render(_ table: Table) -> String { render([table]) }

  /// Writes one document with a suite for each table.
  package func render(_ tables: [Table]) -> String {
    let lines =
      ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites \(counts(tables.flatMap(outcomes)))>"]
      + tables.flatMap(suite) + ["</testsuites>"]
    return lines.joined(separator: "\n") + "\n"
  }

  private func outcomes(_ table: Table) -> [Table.Outcome] {
    table.outcomes.isEmpty ? table.rows.map { _ in .passed } : table.outcomes
  }

  private func suite(_ table: Table) -> [String] {
    let outcomes = outcomes(table)
    let cases = zip(table.rows, outcomes).map { row, outcome -> String in
      let name = row.first.map { $0.text(in: table.columns[0]) } ?? ""
      let element = "    <testcase classname=\"bench\" name=\"\(escaped(name))\""
      return switch outcome {
      case .passed: element + "/>"
      case .failed(let reason): element + ">\n\(child("failure", reason))\n    </testcase>"
      case .skipped(let reason): element + ">\n\(child("skipped", reason))\n    </testcase>"
      case .error(let reason): element + ">\n\(child("error", reason))\n    </testcase>"
      }
    }
    return ["  <testsuite name=\"\(escaped(table.title))\" \(counts(outcomes))>"] + cases
      + ["    <system-out>\(escaped(TextRenderer().render(table)))</system-out>", "  </testsuite>"]
  }

  private func counts(_ outcomes: [Table.Outcome]) -> String {
    func count(_ matches: (Table.Outcome) -> Bool) -> Int { outcomes.count(where: matches) }
    return "tests=\"\(outcomes.count)\" failures=\"\(count { if case .failed = $0 { true } else { false } })\" "
      + "errors=\"\(count { if case .error = $0 { true } else { false } })\" "
      + "skipped=\"\(count { if case .skipped = $0 { true } else { false } })\""
  }

  private func child(_ name: String, _ reason: String) -> String { "      <\(name) message=\"\(escaped(reason))\"/>" }

  /// Escapes text. Most control characters become spaces, because XML 1.0 cannot hold them even when escaped.
  private func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.isControl || scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff:
        result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
