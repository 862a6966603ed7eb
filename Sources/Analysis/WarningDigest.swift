import Results

/// The warnings of several runs, each kind once, with whom it concerns.
struct WarningDigest {
  /// Sentences that differ in their numbers alone.
  struct Entry {
    /// That of the first run that has one.
    let text: String
    /// The names of the runs, each once.
    fileprivate(set) var who: [String]
    fileprivate var runs = 1
    fileprivate var numbersDiffer = false
  }

  private(set) var entries: [Entry] = []
  /// How many runs there are.
  private let count: Int

  /// - Parameter runs: several may have one name.
  init(_ runs: [(name: String, warnings: [String])]) {
    count = runs.count
    var positions: [String: Int] = [:]
    for run in runs {
      for text in run.warnings {
        let kind = text.filter { !$0.isNumber && $0 != "." }
        if let position = positions[kind] {
          entries[position].add(text, of: run.name)
        } else {
          positions[kind] = entries.count
          entries.append(Entry(text: text, who: [run.name]))
        }
      }
    }
  }

  /// What circumstances and durations say against the records of files, each under the name of its file. Records without
  /// a timed step are in no table.
  init(_ files: [(name: String, file: ResultFile)]) {
    self.init(
      files.flatMap { name, file in
        file.records.compactMap { record in
          RunSummary(record, file.context).map { (name, $0.warnings.map(\.description)) }
        }
      })
  }

  /// Whom it concerns, and whose numbers the text has where others have others: `auto, direct; numbers of auto`.
  func label(_ entry: Entry) -> String {
    guard entry.numbersDiffer else { return names(entry) }
    return names(entry) + "; numbers of \(entry.who.count > 1 ? entry.who[0] : "one run")"
  }

  /// Such as `auto, direct and 3 more`.
  private func names(_ entry: Entry) -> String {
    let who = entry.who
    if entry.runs == count, who.count > 2 { return "all \(count)" }
    return who.count > 3 ? "\(who[0]), \(who[1]) and \(who.count - 2) more" : who.joined(separator: ", ")
  }

  /// A sentence each, for the notes of a table.
  var sentences: [String] { entries.map { "Warning (\(label($0))): \($0.text)" } }
}

extension WarningDigest.Entry {
  fileprivate mutating func add(_ other: String, of name: String) {
    if !who.contains(name) { who.append(name) }
    runs += 1
    if other != text { numbersDiffer = true }
  }
}
