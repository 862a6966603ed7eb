import Foundation
import Terms

/// What `bench profile` leaves behind, and what its `--format json` prints.
package struct ProfileFile: StoredFile, Codable, Equatable, Sendable {
  /// No profile has so many bytes; a result of millions of steps does.
  private static let largest = 64 << 20

  /// Tells a profile from the result of `bench run`, whose files have no such key.
  package static let kind = "profile"

  package let schema: Int
  package let kind: String
  package var context: Context
  package var records: [ProfileRecord]

  package init(context: Context, records: [ProfileRecord]) {
    schema = ResultFile.schema
    kind = Self.kind
    self.context = context
    self.records = records
  }

  /// - Parameter path: where `json` comes from, for the sentence of an error
  package init(json: Data, path: String) throws(ResultsError) {
    self = try ResultJSON.decode(json, path: path)
    for (index, record) in records.enumerated() {
      guard let (key, reason) = record.firstWrongList else { continue }
      throw .wrongValue(path: path, key: "records[\(index)].\(key)", reason: reason)
    }
    guard let tree = try? JSONSerialization.jsonObject(with: json), let object = tree as? [String: Any],
      let (key, range) = PlausibleTree.firstImpossible(object["records"] ?? [], key: "records")
    else { return }
    throw .wrongValue(path: path, key: key, reason: "no measurement gives it: it must be \(range)")
  }

  /// The profile at `path`; nil where that is a directory, no profile or not there.
  package static func read(_ path: String) throws(ResultsError) -> ProfileFile? {
    var status = stat()
    // A pipe can be read only once, by who takes it for a result.
    guard stat(path.systemPath, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size < Self.largest, let json = try? ResultStore.data(path), isProfile(json)
    else { return nil }
    return try ProfileFile(json: json, path: path)
  }

  /// Whether `json` calls itself a profile.
  package static func isProfile(_ json: Data) -> Bool {
    ResultJSON.kind(json) == kind
  }
}
