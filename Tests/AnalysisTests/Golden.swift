import Foundation
import Testing

/// Compares `text` with Golden/`name`. `RECORD_GOLDEN=1 swift test` writes that file and fails.
func expectGolden(_ text: String, _ name: String, at location: SourceLocation = #_sourceLocation) throws {
  let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/\(name)")
  if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
    try Data(text.utf8).write(to: url)
    Issue.record("\(name): recorded; review the difference", sourceLocation: location)
    return
  }
  // Bytes are compared, because strings with different line ends are equal.
  let golden = try Data(contentsOf: url)
  #expect(
    Data(text.utf8) == golden, "differs from \(name):\n\(text)", sourceLocation: location)
}
