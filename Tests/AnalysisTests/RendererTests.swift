import Analysis
import Testing

@Suite struct RendererTests {
  static let table = Table(
    "Every kind of cell | and more",
    columns: [
      Table.Column("layer"), Table.Column("time", .milliseconds, decimals: 2),
      Table.Column("rate", .gigaflopsPerSecond, decimals: 1), Table.Column("count", .count, decimals: 0),
      Table.Column("back end"),
    ],
    rows: [
      [.text("conv1_1"), .number(0.01234567), .number(1.8351e11), .number(13), .text("winograd")],
      [.text("a,b \"c\""), .number(1.5), .missing, .number(1000), .text("x|y")],
      [.text("two\r\nlines"), .number(0), .number(0), .missing, .text("")],
    ],
    notes: ["A note with a | bar.", "Another one."])

  @Test(arguments: Renderers.all.map(\.name))
  func rendersAsRecorded(_ name: String) throws {
    let text = try #require(Renderers.named(name)).render(Self.table)
    // A page's style and script do not depend on its table; `scripts/check-report` tries both in a browser.
    let page = text.replacing(/<(style|script)>(?s:.+?)<\/\1>/) { "<\($0.1)>...</\($0.1)>" }
    try expectGolden(page, "table.\(name)")
  }

  @Test func namesAreUniqueAndFound() {
    let names = Renderers.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in names { #expect(Renderers.named(name)?.name == name) }
    #expect(Renderers.named("html5000") == nil)
  }

  @Test(arguments: Renderers.all.map(\.name))
  func emptyTableHasAHeading(_ name: String) throws {
    let empty = Table("Nothing", columns: [Table.Column("layer"), Table.Column("time", .seconds, decimals: 1)])
    let text = try #require(Renderers.named(name)).render(empty)
    #expect(text.contains("layer") && text.contains("time [s]"))
  }

  @Test func severalTablesAreOneDocument() throws {
    let tables = [Self.table, Table("Tests", columns: [.init("test")], rows: [[.text("a")]], outcomes: [.failed("x")])]
    let junit = JUnitRenderer().render(tables)
    #expect(junit.components(separatedBy: "<?xml").count == 2)
    #expect(junit.components(separatedBy: "<testsuite ").count == 3)
    #expect(junit.contains("<testsuites tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"0\">"), "\(junit)")
    #expect(HTMLRenderer().render(tables).components(separatedBy: "<html").count == 2)
  }

  /// Titles and notes are in the text, or the renderer says that it leaves them out.
  @Test(arguments: Renderers.all.map(\.name))
  func notesAreNotLost(_ name: String) throws {
    let renderer = try #require(Renderers.named(name))
    let text = renderer.render(Self.table)
    #expect(text.contains("Another one.") != renderer.leftOut([Self.table]).contains("Another one."))
  }

  /// The columns for programs are in base units, whatever units people see.
  @Test func tablesWithOtherColumnsAreNoCSV() {
    func table(_ title: String, _ unit: DisplayUnit, _ time: Double) -> Table {
      Table(title, columns: [.init("time", unit, decimals: 1)], rows: [[.number(time)]], notes: ["About \(title)."])
    }
    let tables = [table("a", .seconds, 2), Self.table, table("b, c", .milliseconds, 0.5)]
    let renderer = CSVRenderer()
    #expect(renderer.render(tables) == "table,time [s]\r\na,2\r\n\"b, c\",0.5\r\n")
    let leftOut = renderer.leftOut(tables)
    #expect(leftOut.dropLast() == ["a", "About a.", "b, c", "About b, c."])
    #expect(leftOut.last?.hasPrefix("'Every kind of cell | and more' is left out, ") == true, "\(leftOut)")
    #expect(renderer.render([tables[0], Self.table]) == renderer.render(tables[0]))
    #expect(renderer.render([Table]()) == "" && renderer.leftOut([]) == [])
  }

  @Test func textAlignsItsColumns() throws {
    let lines = TextRenderer().render(Self.table).split(separator: "\n").dropFirst()
    // The second column is aligned to the right, so it ends where its unit ends.
    let heading = try #require(lines.first)
    let width = heading.distance(from: heading.startIndex, to: heading.range(of: "[ms]")!.upperBound)
    let starts = lines.prefix(5).map { $0.prefix(width + 2).suffix(2) }
    #expect(starts.allSatisfy { $0 == "  " })
    #expect(lines.prefix(5).allSatisfy { $0.prefix(width).last != " " })
    #expect(lines.allSatisfy { $0.last != " " && $0.allSatisfy(\.isASCII) })
  }

  @Test func unitsFitTheSize() {
    #expect(DisplayUnit.time(for: 12) == .seconds)
    #expect(DisplayUnit.time(for: 0.5) == .milliseconds)
    #expect(DisplayUnit.time(for: 5e-5) == .microseconds)
    #expect(DisplayUnit.memory(for: 1 << 30) == .gibibytes)
    #expect(DisplayUnit.memory(for: 1 << 20) == .mebibytes)
    #expect(DisplayUnit.milliseconds.format(0.0123456, decimals: 2) == "12.35")
  }
}
