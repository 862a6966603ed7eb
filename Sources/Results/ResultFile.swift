import Foundation

/// What a run leaves behind, and what `--format json` prints.
package struct ResultFile: StoredFile, Codable, Equatable, Sendable {
  /// Raised whenever a key changes its name or meaning.
  package static let schema = 1

  package let schema: Int
  package var context: Context
  package var records: [Record]

  package init(context: Context, records: [Record]) {
    schema = Self.schema
    self.context = context
    self.records = records
  }

  /// - Parameter path: where `json` comes from, for the sentence of an error.
  package init(json: Data, path: String) throws(ResultsError) {
    // A file of millions of steps is read once. Whatever is wrong with it is found out afterwards.
    if let file = try? JSONDecoder().decode(Self.self, from: json), file.schema == Self.schema, !file.records.isEmpty {
      self = file
    } else {
      switch ResultJSON.kind(json) {
      case ProfileFile.kind: throw .isProfile(path: path)
      case TrainingFile.kind: throw .isTraining(path: path)
      case PlanFile.kind: throw .isPlan(path: path)
      default: break
      }
      self = try ResultJSON.decode(json, path: path)
    }
    try check(path: path)
  }

  /// Refuses numbers that no measurement gives; whoever divides by one or takes its logarithm relies on that.
  /// - Parameter prefix: of the keys, where the file is a part of another
  func check(path: String, prefix: String = "") throws(ResultsError) {
    for (index, record) in records.enumerated() {
      guard let (key, bounds) = record.firstImpossible else { continue }
      throw .wrongValue(
        path: path, key: "\(prefix)records[\(index)].\(key)",
        reason: "no measurement gives it: it must be \(bounds)")
    }
  }
}
