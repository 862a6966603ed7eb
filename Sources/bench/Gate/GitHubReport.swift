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
  if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
  do {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
  } catch {
    console.note("Cannot write the job summary \(path).")
  }
}
