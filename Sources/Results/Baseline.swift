import Foundation

/// Runs that were put aside under a name, to be compared with later ones. Each keeps the context it was measured in.
package struct Baseline: Codable, Equatable, Sendable {
  /// That of the runs, which it holds whole.
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

/// The directory of baselines, a file each.
package struct BaselineStore: Sendable {
  package static let defaultDirectory = "results/baselines"
  package let directory: String

  package init(directory: String = Self.defaultDirectory) { self.directory = directory }

  /// A name that is a file name too.
  package static func isValid(name: String) -> Bool { name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/) != nil }

  package func path(_ name: String) -> String { "\(directory)/\(name).json" }

  /// Sorted by name.
  package func names() -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }.sorted()
  }

  package func contains(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Replaces what has the name.
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
    let json: Data
    do { json = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw .cannotRead(path: path, reason: "no such file or no permission")
    }
    return try ResultJSON.decode(json, path: path)
  }

  package func delete(_ name: String) throws(ResultsError) {
    guard unlink(path(name)) == 0 else { throw ResultsError(writing: path(name), errno: errno) }
  }
}
