/// Why a checkpoint cannot be used, as a sentence.
package struct CheckpointError: Error, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
