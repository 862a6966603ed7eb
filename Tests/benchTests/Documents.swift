import Foundation
import Testing

/// A Markdown file of the repository.
struct Document: CustomTestStringConvertible, Sendable {
  /// Relative to the root of the repository.
  let path: String
  let lines: [String]

  var testDescription: String { path }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let readme = Document("README.md")

  /// The articles of the documentation catalogue.
  static let articles = documents(in: "Sources/bench/Documentation.docc")

  /// Everything that has links.
  static let all =
    [
      readme, Document("CONTRIBUTING.md"), Document("CHANGELOG.md"), Document("Benchmarks/README.md"),
      Document("Benchmarks/Plugins/README.md"),
    ] + articles
    + (documents(in: "scripts") + documents(in: "results")).filter { $0.path.hasSuffix("/README.md") }

  init(_ path: String) {
    self.path = path
    let text = try? String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    lines = (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static func documents(in folder: String) -> [Document] {
    let files = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
    let names = files?.compactMap { $0 as? String }.filter { $0.hasSuffix(".md") } ?? []
    return names.sorted().map { Document("\(folder)/\($0)") }
  }

  /// The lines inside blocks that begin with three backticks and `language`.
  func blocks(of language: String) -> [String] {
    var (inside, found) = (false, [String]())
    for line in lines {
      if line == "```\(language)" {
        inside = true
      } else if line == "```" {
        inside = false
      } else if inside {
        found.append(line)
      }
    }
    return found
  }

  /// The text outside of blocks and code.
  var prose: String {
    var (inside, kept) = (false, [String]())
    for line in lines {
      if line.drop(while: { $0 == " " }).hasPrefix("```") { inside.toggle() } else if !inside { kept.append(line) }
    }
    return kept.joined(separator: "\n").replacing(/`[^`]*`/, with: "")
  }
}
