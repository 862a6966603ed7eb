import Foundation
import Networks
import Testing

/// What README.md and the articles tell people to type. A command runs in a process of its own, because documents name
/// files by paths below the working directory.
@Suite(.serialized) struct ReadmeTests {
  @Test func readmeIsShort() { #expect(Document.readme.lines.count <= 150) }

  @Test func commandsAreFound() {
    let texts = DocumentedCommand.all.map(\.text)
    #expect(texts.count > 40 && texts.contains("bench list") && texts.contains("scripts/test"))
  }

  @Test(arguments: DocumentedCommand.all.filter { $0.arguments != nil })
  func commandRuns(_ command: DocumentedCommand) throws {
    let arguments = try #require(command.arguments)
    let small = try #require(
      command.smallArguments(arguments), "Say in DocumentedCommand.smallOptions how 'bench \(arguments[0])' gets small."
    )
    try UserDirectory.with { directory in
      // The shell expands patterns, as a user's does.
      let variables = ["XDG_CACHE_HOME=\(directory)/cache"] + command.environment
      let ran = try Ran(
        variables + ["sh", "-c", "exec '\(Ran.program)' \(small.joined(separator: " "))"],
        in: directory)
      let allowed = Set([0] + (command.statedStatus.map { [$0] } ?? []))
      #expect(allowed.contains(ran.status), "bench \(small.joined(separator: " ")): \(ran.err)")
      #expect(!ran.out.isEmpty || !ran.err.isEmpty)
      for file in command.writtenFiles {
        let size = FileManager.default.contents(atPath: "\(directory)/\(file)")?.count ?? 0
        #expect(size > 0, "\(file) is missing or empty")
      }
    }
  }

  /// A script exists, and knows the options that the document gives it.
  @Test(arguments: DocumentedCommand.all.filter { $0.arguments == nil })
  func otherCommandIsKnown(_ command: DocumentedCommand) throws {
    let program = command.words[0]
    #expect(
      DocumentedCommand.notRun[program] != nil, "Run '\(command.text)' in a test, or say in DocumentedCommand why not.")
    guard program.hasPrefix("scripts/") else { return }
    let path = Document.root.appendingPathComponent(program).path
    #expect(FileManager.default.isExecutableFile(atPath: path), "\(program)")
    let options = command.words.filter { $0.hasPrefix("--") }
    guard !options.isEmpty else { return }
    let help = try Ran([path, "--help"], in: NSTemporaryDirectory())
    for option in options { #expect(help.status == 0 && help.out.contains(option), "\(option): \(help.err)") }
  }

  /// The table of the article on models.
  @Test(arguments: Zoo.all.map(\.name))
  func tableOfModelsIsTrue(_ name: String) throws {
    let layers = try #require(Zoo.named(name)).layers()
    let article = try #require(Document.articles.first { $0.path.hasSuffix("/Models.md") })
    let row = try #require(article.lines.first { $0.hasPrefix("| `\(name)` |") })
    let cells = row.split(separator: "|").map { $0.filter(\.isNumber) }
    #expect(cells[1] == "\(layers.parameterCount)" && cells[2] == "\(layers.macs)", "\(row)")
  }
}
