import Foundation

/// Runs that are kept under a name, to be compared with later ones. Each keeps the context in which it was measured.
package struct Baseline: Codable, Equatable, Sendable {
  /// The schema of the runs, which a baseline holds whole.
  package static let schema = ResultFile.schema

  package let schema: Int
  package var name: String
  package var runs: [ResultFile]

  package init(name: String, runs: [ResultFile]) {
    schema = Self.schema
    self.name = name
    self.runs = runs
  }
}

/// A directory of baselines, with a file for each.
package struct BaselineStore: Sendable {
  package static let defaultDirectory = "results/baselines"
  package let directory: String

  package init(directory: String = Self.defaultDirectory) { self.directory = directory }

  /// Whether a name can be a file name.
  package static func isValid(name: String) -> Bool { name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/) != nil }

  package func path(_ name: String) -> String { "\(directory)/\(name).json" }

  /// The names of all baselines, sorted.
  package func names() -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }.sorted()
  }

  package func contains(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Writes a baseline. It replaces one of the same name.
  package func save(_ baseline: Baseline) throws(ResultsError) {
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: directory, reason: "the directory cannot be made")
    }
    try AtomicFile().replace(path(baseline.name), with: ResultJSON.encode(baseline))
  }

  package func read(_ name: String) throws(ResultsError) -> Baseline {
    let path = path(name)
    let baseline: Baseline = try ResultJSON.decode(ResultStore.data(path), path: path)
    for (index, run) in baseline.runs.enumerated() { try run.check(path: path, prefix: "runs[\(index)].") }
    return baseline
  }

  package func delete(_ name: String) throws(ResultsError) {
    guard unlink(path(name)) == 0 else { throw ResultsError(writing: path(name), errno: errno) }
  }
}
