import Results

extension Report {
  /// A self-contained page with the warnings, the summary, the charts of each group of runs, and the machine.
  package var html: String {
    var parts = [warnings.html, contents, HTMLTable(table.withoutNotes).html]
    parts.append("<ul class=\"notes\"><li>\(table.notes[0].htmlEscaped)</li></ul>")
    for (index, scaling) in scalings.enumerated() {
      parts.append("<h2>\(scaling.title.htmlEscaped)</h2>")
      parts.append(ScalingChart(scaling: scaling).html(id: "s\(index)"))
      parts.append(HTMLTable(scaling.table()).html)
    }
    for (index, group) in groups.enumerated() {
      parts.append("<h2 id=\"g\(index)\">\(group.title.htmlEscaped)</h2>")
      parts += group.charts.enumerated().map { $1.html(id: "g\(index)c\($0)") }
      parts += group.tables.map { table in
        "<details><summary>\(table.title.htmlEscaped)</summary>\n\(HTMLTable(table).html)\n</details>"
      }
    }
    parts.append("<h2 id=\"machine\">Machine and build</h2>")
    parts.append(HTMLTable(MachineTable.table(contexts)).html)
    return HTMLPage("Benchmark report", subtitle: subtitle, body: parts.joined(separator: "\n")).html
  }

  private var subtitle: String {
    let days = Set(runs.map { $0.context.startTime.prefix(10) }).sorted()
    let machines = Set(runs.compactMap(\.context.machine.cpuModel)).sorted()
    let when = days.count > 1 ? "\(days[0]) to \(days[days.count - 1])" : days.first.map(String.init) ?? ""
    return ["\(runs.count) run\(runs.count == 1 ? "" : "s")", machines.joined(separator: ", "), when]
      .filter { !$0.isEmpty }.joined(separator: " \u{B7} ")
  }

  private var contents: String {
    guard groups.count > 1 else { return "<div style=\"height:1rem\"></div>" }
    let items = groups.enumerated().map { "<li><a href=\"#g\($0)\">\($1.title.htmlEscaped)</a></li>" }
    return "<nav aria-label=\"Contents\"><ul class=\"contents\">\(items.joined())</ul></nav>"
  }

  /// The context of each file, with the name of the file.
  private var contexts: [(source: String, context: Context)] {
    var seen = Set<Int>()
    return runs.filter { seen.insert($0.file).inserted }.map { ($0.source, $0.context) }
  }
}

extension Table {
  var withoutNotes: Table { Table(title, columns: columns, rows: rows) }
}
