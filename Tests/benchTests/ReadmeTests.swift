import ArgumentParser
import Foundation
import Testing

@testable import bench

/// What README.md tells people to type.
@Suite struct ReadmeTests {
  /// The arguments of every line such as `$ bench list   # models`.
  static let commands: [[String]] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("README.md").path
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      line.wholeMatch(of: /\$ (?:swift run |scripts\/)?bench (.+?)(?: +#.*)?/).map { match in
        match.1.split(separator: " ").map(String.init)
      }
    }
  }()

  @Test func commandsAreFound() { #expect(Self.commands.count > 20 && Self.commands.contains(["list"])) }

  @Test(arguments: commands)
  func commandParses(_ arguments: [String]) {
    #expect(throws: Never.self, "bench \(arguments.joined(separator: " "))") { try Bench.parseAsRoot(arguments) }
  }
}
