/// A shared library whose back ends took part.
package struct SharedLibrary: Codable, Equatable, Sendable {
  package var path: String
  /// Of the file, as `sha256sum` prints it.
  package var sha256: String
  /// The names of its back ends in this file.
  package var backends: [String]

  package init(path: String, sha256: String, backends: [String]) {
    self.path = path
    self.sha256 = sha256
    self.backends = backends
  }
}
