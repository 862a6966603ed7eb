/// Why data cannot be trained with, as a sentence that names the file and says what to do.
package struct DataError: Error, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ path: String, _ reason: String) { description = "\(path): \(reason)" }
}
