import Analysis
import Foundation
import Results

/// Tells GitHub of a gate's verdict where GitHub runs the job: by annotations and by a table in the job summary.
func tellGitHub(_ file: GateFile, _ console: Console) {
  let environment = ProcessInfo.processInfo.environment
  if environment["GITHUB_ACTIONS"] == "true" {
    for line in GateTable.annotations(file) { console.print(line) }
  }
  guard let path = environment["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
  let text = MarkdownRenderer().render(GateTable.table(file)) + "\n\(GateTable.summary(file))\n"
  do { try append(text, toSummary: path) } catch { console.note("Cannot write the job summary \(path).") }
}

/// GitHub drops a step's summary above 1 MiB whole.
private let largestSummary = 1 << 20

private func append(_ text: String, toSummary path: String) throws {
  if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
  let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
  defer { try? handle.close() }
  let end = try handle.seekToEnd()
  var separator = ""
  if end > 0 {
    // A heading begins a line.
    try handle.seek(toOffset: end - 1)
    if try handle.read(upToCount: 1) != Data("\n".utf8) { separator = "\n" }
    try handle.seekToEnd()
  }
  let room = largestSummary - Int(end) - separator.utf8.count
  let notice = "\nThe rest does not fit into a job summary; the gate's files have it.\n"
  var whole = Data(text.utf8)
  if whole.count > room {
    guard room > notice.utf8.count else { return }
    let kept = text.split(separator: "\n", omittingEmptySubsequences: false).reduce(
      into: (text: "", size: 0, isFull: false)
    ) {
      $0.isFull = $0.isFull || $0.size + $1.utf8.count + 1 > room - notice.utf8.count
      if !$0.isFull { ($0.text, $0.size) = ($0.text + $1 + "\n", $0.size + $1.utf8.count + 1) }
    }
    whole = Data((kept.text + notice).utf8)
  }
  try handle.write(contentsOf: Data(separator.utf8) + whole)
}
