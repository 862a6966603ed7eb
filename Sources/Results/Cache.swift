/// One cache of the first core.
package struct Cache: Codable, Equatable, Sendable {
  package var level: Int
  /// `Data`, `Instruction` or `Unified`.
  package var type: String
  package var sizeBytes: Int
  /// The number of logical cores that share it.
  @OrNull package var sharedBy: Int?

  package init(level: Int, type: String, sizeBytes: Int, sharedBy: Int?) {
    self.level = level
    self.type = type
    self.sizeBytes = sizeBytes
    self.sharedBy = sharedBy
  }

  enum CodingKeys: String, CodingKey {
    case level, type
    case sizeBytes = "size_bytes"
    case sharedBy = "shared_by"
  }
}
