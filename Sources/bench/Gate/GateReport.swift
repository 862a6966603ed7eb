import Analysis
import Foundation
import Results

/// Writes and prints what a gate has found, before it exits with its verdict.
struct GateReport {
  let directory: String
  let console: Console

  /// Makes the directory and tries to write there, so that a gate does not measure for nothing. It also removes the
  /// files of an earlier gate: if this one is killed, they would pass for its verdict.
  func prepare() throws {
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw Failure.failed("Cannot make the directory \(directory); choose another place with --output.")
    }
    for name in ["gate.json", "gate.xml", "gate.html"] {
      var status = stat()
      let path = "\(directory)/\(name)"
      if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { unlink(path) }
    }
    do { try ResultText.write("", to: "\(directory)/gate.md") } catch { throw Failure.failed(error.description) }
  }

  /// Judges the benchmarks, writes the files and prints the table.
  /// - Returns: the exit code.
  func finish(_ file: inout GateFile, options: GateOptions, interrupted: Bool) throws -> Int32 {
    GateRule.judge(&file.benchmarks, stopReason: interrupted ? .interrupted : .maxTime)
    try write(file)
    show(file)
    if interrupted { return ExitStatus.failure }
    let status = GateExit.code(
      file.benchmarks.compactMap(\.finding), requireConclusive: options.requireConclusive,
      failOnImprovement: options.failOnImprovement)
    if status == GateExit.nothing { console.note("Error: Nothing was compared; the notes of the table say why.") }
    return status
  }

  func write(_ file: GateFile) throws {
    do {
      try write(file, to: directory)
    } catch {
      // A full disk must not lose the measurement.
      let other = NSTemporaryDirectory() + "bench-gate-\(getpid())"
      console.print(TextRenderer().render(GateTable.table(file)))
      guard (try? FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)) != nil,
        (try? write(file, to: other)) != nil
      else { throw Failure.failed("\(error) The table is printed above.") }
      throw Failure.failed("\(error) The results are in \(other) instead.")
    }
  }

  private func write(_ file: GateFile, to directory: String) throws(ResultsError) {
    let table = GateTable.table(file)
    try file.write(to: "\(directory)/gate.json")
    try ResultText.write(JUnitRenderer().render(table), to: "\(directory)/gate.xml")
    try ResultText.write(MarkdownRenderer().render(table), to: "\(directory)/gate.md")
    try ResultText.write(HTMLRenderer().render(table), to: "\(directory)/gate.html")
  }

  private func show(_ file: GateFile) {
    console.print(TextRenderer().render(GateTable.table(file)))
    console.print(GateTable.summary(file))
    console.note("The results are in \(directory).")
  }
}
