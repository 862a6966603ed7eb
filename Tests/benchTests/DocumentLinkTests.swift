import Foundation
import Testing

/// Links and pictures of all documents: a relative one must lead somewhere on a forge.
@Suite struct DocumentLinkTests {
  @Test func documentsAreFound() {
    #expect(Document.articles.count > 10 && Document.all.allSatisfy { $0.lines.count > 5 })
  }

  @Test(arguments: Document.all)
  func linksLeadSomewhere(_ document: Document) throws {
    let folder = Document.root.appendingPathComponent(document.path).deletingLastPathComponent()
    for match in document.prose.matches(of: /\]\(([^)\s]+)\)/) where !match.1.contains("://") {
      let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let target = folder.appendingPathComponent(parts[0])
      #expect(FileManager.default.fileExists(atPath: target.path), "\(document.path) links to \(match.1)")
      guard parts.count == 2 else { continue }
      let text =
        parts[0].isEmpty ? document.lines.joined(separator: "\n") : try String(contentsOf: target, encoding: .utf8)
      let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map(Self.anchor)
      #expect(headings.contains(parts[1]), "\(document.path) links to \(match.1)")
    }
  }

  /// Every article can be reached from the landing page.
  @Test(arguments: Document.articles.map { ($0.path as NSString).lastPathComponent })
  func landingPageHasEveryArticle(_ name: String) throws {
    let landing = try #require(Document.articles.first { $0.path.hasSuffix("/Documentation.md") })
    #expect(name == "Documentation.md" || landing.prose.contains("](\(name))"), "\(name)")
  }

  /// As forges make it of a heading.
  private static func anchor(_ heading: Substring) -> String {
    heading.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
      .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }.replacing(" ", with: "-")
  }
}
