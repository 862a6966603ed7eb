import Results

/// The warnings of several runs. Each kind is listed once, with the runs that it concerns.
struct WarningDigest {
  /// One kind of warning: sentences that differ in their numbers alone.
  struct Entry {
    /// The sentence of the first run that has one.
    let text: String
    /// The names of the runs, without repetitions.
    fileprivate(set) var who: [String]
    fileprivate var known: Set<String>
    fileprivate var runs = 1
    fileprivate var numbersDiffer = false
  }

  private(set) var entries: [Entry] = []
  /// The number of all runs.
  private let count: Int

  /// - Parameter runs: several may have the same name
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
          entries.append(Entry(text: text, who: [run.name], known: [run.name]))
        }
      }
    }
  }

  /// Digests the warnings of all records of some files, under the names of the files. Records without a timed step are
  /// left out, because no table has them.
  init(_ files: [(name: String, file: ResultFile)]) {
    self.init(
      files.flatMap { name, file in
        file.records.compactMap { record in
          RunSummary(record, file.context).map { (name, $0.warnings.map(\.description)) }
        }
      })
  }

  /// The runs that a warning concerns and, where the numbers differ, the run whose numbers it has:
  /// `auto, direct; numbers of auto`.
  func label(_ entry: Entry) -> String {
    guard entry.numbersDiffer else { return names(entry) }
    return names(entry) + "; numbers of \(entry.who.count > 1 ? entry.who[0] : "one run")"
  }

  /// The names of the runs, such as `auto, direct and 3 more`.
  private func names(_ entry: Entry) -> String {
    let who = entry.who
    if entry.runs == count, who.count > 2 { return "all \(count)" }
    return who.count > 3 ? "\(who[0]), \(who[1]) and \(who.count - 2) more" : who.joined(separator: ", ")
  }

  /// The warnings as sentences for the notes of a table.
  var sentences: [String] { entries.map { "Warning (\(label($0))): \($0.text)" } }
}

extension WarningDigest.Entry {
  fileprivate mutating func add(_ other: String, of name: String) {
    if known.insert(name).inserted { who.append(name) }
    runs += 1
    if other != text { numbersDiffer = true }
  }
}
