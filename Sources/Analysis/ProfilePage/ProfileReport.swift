import Results
import Statistics

/// Shows files of `bench profile` as one page or as tables.
package struct ProfileReport {
  private let passes: [(record: ProfileRecord, context: Context, source: String)]

  /// - Parameter files: each with a name for readers
  package init(_ files: [(name: String, file: ProfileFile)]) {
    passes = files.flatMap { name, file in file.records.map { ($0, file.context, name) } }
  }

  package var isEmpty: Bool { passes.isEmpty }

  /// The tables of every pass. The warnings are notes of the first.
  package var tables: [Table] {
    var tables = passes.flatMap { ProfileTables.all($0.record) }
    if !tables.isEmpty { tables[0].notes += warnings.sentences }
    return tables
  }

  /// A self-contained page with the warnings, and figures, charts and tables of each pass.
  package var html: String {
    var parts = [warnings.html]
    if passes.count > 1 {
      let items = passes.enumerated().map { "<li><a href=\"#p\($0)\">\(heading($1.record).htmlEscaped)</a></li>" }
      parts.append("<nav aria-label=\"Contents\"><ul class=\"contents\">\(items.joined())</ul></nav>")
    }
    for (index, pass) in passes.enumerated() {
      if passes.count > 1 { parts.append("<h2 id=\"p\(index)\">\(heading(pass.record).htmlEscaped)</h2>") }
      parts.append(ProfileSection(pass.record, id: "p\(index)").html)
    }
    var seen = Set<String>()
    let contexts = passes.filter { seen.insert($0.source).inserted }.map { ($0.source, $0.context) }
    parts.append("<h2 id=\"machine\">Machine and build</h2>")
    parts.append(HTMLTable(MachineTable.table(contexts)).html)
    return HTMLPage(
      passes.count == 1 ? "Profile of \(passes[0].record.model)" : "Profiles", subtitle: subtitle,
      body: parts.joined(separator: "\n"), style: ProfileStyle.text, script: ProfileScript.text
    ).html
  }

  private var subtitle: String {
    let machines = Set(passes.compactMap(\.context.machine.cpuModel)).sorted().joined(separator: ", ")
    let days = Set(passes.map { String($0.context.startTime.prefix(10)) }).sorted().joined(separator: ", ")
    let work = passes.count == 1 ? details(passes[0].record) : "\(passes.count) passes"
    return [work, machines, days].filter { !$0.isEmpty }.joined(separator: " \u{B7} ")
  }

  private func heading(_ record: ProfileRecord) -> String { "\(record.model): \(details(record))" }

  private func details(_ record: ProfileRecord) -> String {
    "\(record.pass.rawValue), batch \(record.batchSize), \(record.imageSize) x \(record.imageSize) pixels, "
      + "\(record.threadCount) thread\(record.threadCount == 1 ? "" : "s"), \(record.instructionSet), "
      + "back end \(record.backend)"
  }

  private var warnings: WarningDigest {
    WarningDigest(
      passes.map { record, context, _ in ("\(record.model) \(record.pass.rawValue)", record.warnings(context)) })
  }
}

extension ProfileRecord {
  /// Reasons not to trust the profile, each of them a sentence.
  fileprivate func warnings(_ context: Context) -> [String] {
    var warnings: [String] = []
    if verification.outcome == .skipped { warnings.append(ContextWarning.notVerified.description) }
    if stoppedEarly == .interrupted {
      warnings.append("Only \(durations.count) steps were profiled, because the run was interrupted.")
    }
    if overhead.low > 1.05 {
      warnings.append(
        "The recording itself makes the step \((overhead.ratio - 1).percent) longer; small layers look larger than "
          + "they are.")
    }
    let lost = threads.map(\.preempted).mean
    if step > 0, lost > 0.02 * step {
      warnings.append(
        "The system ran something else on the cores for \((lost / step).percent) of the threads' time; stop other "
          + "programs and repeat.")
    }
    return warnings + ContextWarning.circumstances(context, threads: threadCount).map(\.description)
      + (Summary(of: durations)?.warnings.map(\.description) ?? [])
  }
}
