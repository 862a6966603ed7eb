/// The commit of the repository in the working directory.
package struct Commit: Codable, Equatable, Sendable {
  package var hash: String
  /// Whether tracked files differ from the commit.
  package var isDirty: Bool

  package init(hash: String, isDirty: Bool) {
    self.hash = hash
    self.isDirty = isDirty
  }

  enum CodingKeys: String, CodingKey {
    case hash
    case isDirty = "is_dirty"
  }
}
