import Foundation
import Testing

@testable import Analysis

/// Text from files and directories that tries to become markup, columns or commands of a terminal. Parsers of others
/// read what the renderers write: python3's for HTML and CSV.
@Suite struct HostileTextTests {
  static let pieces = [
    "\"", "'", "<", ">", "&", "|", "`", "*", "\\", ",", "\r", "\n", "\r\n", "\t", "\u{301}", "\u{338}", "\u{200d}",
    "\u{1b}[31m",
    "\u{7f}", "\u{9b}", "\u{202e}", "\u{feff}", "\u{0}", " onmouseover=alert(1) ", "<script>alert(1)</script>", "</td>",
    "<!--", "x",
    "-->", "]]>", "&lt;", "](javascript:x)", "e", "\u{1F469}\u{200D}", " ", "::error::", "\u{2028}",
  ]

  static func tables(_ count: Int) -> [Table] {
    var random = SystemRandomNumberGenerator()
    func text() -> String {
      (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
    }
    return (0..<count).map { _ in
      Table(
        text(), columns: [.init(text()), .init(text()), .init("n", .count, decimals: 0)],
        rows: (0..<3).map { _ in [.text(text()), .text(text()), .number(1)] }, notes: [text()])
    }
  }

  private static let script = #"""
    import csv, io, json, sys
    from html.parser import HTMLParser
    class Page(HTMLParser):
        def __init__(self):
            super().__init__()
            self.tags, self.attributes = {}, set()
        def handle_starttag(self, tag, attributes):
            self.tags[tag] = self.tags.get(tag, 0) + 1
            self.attributes |= {name for name, _ in attributes}
        handle_startendtag = handle_starttag
    allowed = {"lang", "charset", "name", "content", "rel", "href", "class", "scope", "tabindex", "role", "aria-label",
               "data-value"}
    for case in json.load(sys.stdin):
        page = Page()
        page.feed(case["html"])
        page.close()
        if page.attributes - allowed: print("attributes", page.attributes - allowed)
        if page.tags.get("script") != 1 or page.tags["tr"] != 4 or page.tags["td"] != 6: print("elements", page.tags)
        if list(csv.reader(io.StringIO(case["csv"], newline=""))) != case["cells"]: print("cells", repr(case["csv"]))
        for line in case["markdown"].split("\n")[2:7]:
            bars, escaped = 0, False
            for letter in line:
                bars += letter == "|" and not escaped
                escaped = letter == "\\" and not escaped
            if bars != 4: print("bars", repr(line))
    """#

  @Test func otherParsersSeeTheSameCells() throws {
    let cases = Self.tables(400).map { table -> [String: Any] in
      let cells = table.rows.map { row in
        row.map { cell in if case .text(let text) = cell { text } else { "1" } }
      }
      return [
        "html": HTMLRenderer().render(table), "csv": CSVRenderer().render(table),
        "markdown": MarkdownRenderer().render(table), "cells": [table.columns.map(\.baseHeading)] + cells,
      ]
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.script]
    let input = FileManager.default.temporaryDirectory.appendingPathComponent("hostile-\(UUID()).json")
    try JSONSerialization.data(withJSONObject: cases).write(to: input)
    defer { try? FileManager.default.removeItem(at: input) }
    let output = Pipe()
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = output
    try process.run()
    let found = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(found.isEmpty && process.terminationStatus == 0, "\(found)")
  }

  /// A terminal gets no command from a file, and a table keeps its lines.
  @Test func terminalsGetNoCommands() {
    for table in Self.tables(200) {
      let text = TextRenderer().render(table)
      #expect(!text.unicodeScalars.contains { $0.isControl })
      // Title, empty line, headings, rule, three rows, a note.
      #expect(text.unicodeScalars.count { $0 == "\n" } == 8, "\(text)")
    }
  }

  @Test func aQuoteWithACombiningMarkIsAQuote() {
    let name = "a\"\u{301} onmouseover=\"\u{301}x"
    #expect(name.htmlEscaped == "a&quot;\u{301} onmouseover=&quot;\u{301}x")
    let table = Table("t", columns: [.init("c"), .init("d")], rows: [[.text("a,\"\u{301}"), .text("|\u{301}")]])
    #expect(
      CSVRenderer().render(table).unicodeScalars.elementsEqual("c,d\r\n\"a,\"\"\u{301}\",|\u{301}\r\n".unicodeScalars))
    #expect(MarkdownRenderer().render(table).contains("\\|\u{301}"))
  }
}
