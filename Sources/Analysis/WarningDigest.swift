/// The warnings of several runs, each kind once, with whom it concerns.
struct WarningDigest {
  private(set) var entries: [(text: String, who: [String])] = []
  /// How many runs there are.
  private let count: Int

  /// - Parameter warnings: by run. Sentences that differ in their numbers alone are one kind; the first one stands for it.
  init(_ runs: [(name: String, warnings: [String])]) {
    count = runs.count
    var positions: [String: Int] = [:]
    for run in runs {
      for text in run.warnings {
        let kind = text.filter { !$0.isNumber && $0 != "." }
        if let position = positions[kind] {
          entries[position].who.append(run.name)
        } else {
          positions[kind] = entries.count
          entries.append((text, [run.name]))
        }
      }
    }
  }

  /// Such as `auto, direct and 3 more`.
  func names(_ who: [String]) -> String {
    if who.count == count, count > 2 { return "all \(count)" }
    return who.count > 3 ? "\(who[0]), \(who[1]) and \(who.count - 2) more" : who.joined(separator: ", ")
  }

  /// A sentence each, for the notes of a table.
  var sentences: [String] { entries.map { "Warning (\(names($0.who))): \($0.text)" } }
}
