import Analysis
import ArgumentParser
import Profiles
import Results

/// `bench flamegraph FILE`: shows a CPU profile.
struct FlameGraphCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "flamegraph",
    abstract: "Show a CPU profile: which functions a step spends its time in, for each operation.",
    discussion: """
      bench vgg16 --cpu-profile vgg16.prof
      bench flamegraph vgg16.prof --output vgg16.html
      bench flamegraph vgg16.prof --format folded
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, html, folded, json
  }

  @Argument(
    help: ArgumentHelp("A profile that `bench run --cpu-profile` has written.", valueName: "file.prof"),
    completion: .file())
  var profile: String

  @Option(
    help: """
      How to show it: text for tables, html for a page, folded for one line for each stack, or json (default: what the name \
      of the output ends in, else text).
      """)
  var format: Format?

  @Option(help: ArgumentHelp("Where it goes (default: standard output).", valueName: "file"), completion: .file())
  var output: String?

  func run(on console: Console) throws -> Int32 {
    let (stacks, notes): (Stacks, [String])
    do {
      let read = try Profile(path: profile)
      (stacks, notes) = (Stacks(read), read.warnings(path: profile))
    } catch { throw Failure.failed(error.description) }
    let text = text(stacks, notes)
    guard let output else {
      console.write(text)
      return 0
    }
    do { try ResultText.write(text, to: output) } catch { throw Failure.failed(error.description) }
    console.note("The profile is shown in \(output).")
    return 0
  }

  private func text(_ stacks: Stacks, _ notes: [String]) -> String {
    let ending = output?.split(separator: ".").last.map(String.init) ?? ""
    switch format ?? Format(rawValue: ending) ?? .text {
    case .html: return FlameGraph(stacks, notes: notes).html
    case .folded: return stacks.folded
    case .json: return ProfileJSON(stacks).text
    case .text:
      let tables = FlameGraphTables(stacks)
      let remarks = notes.map { "note: \($0)\n" }.joined()
      return "\(stacks.summary)\n\(remarks)\n" + TextRenderer().render([tables.operations, tables.functions])
    }
  }
}
