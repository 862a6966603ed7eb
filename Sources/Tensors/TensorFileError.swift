/// Why a tensor file cannot be used, as a sentence that names the file.
package struct TensorFileError: Error, CustomStringConvertible {
  package let path: String
  package let reason: String
  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
  package var description: String { "\(path): \(reason)" }
}
