import Analysis
import ArgumentParser
import Results

/// `bench compare A B`: shows the differences of two results without judging them.
struct Compare: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two results: files, directories whose files are runs of the same, or two profiles.",
    discussion: """
      Exits with 0 whatever it finds. For a verdict use `bench gate`.

      bench compare before.json after.json
      bench compare results/before results/after --format markdown
      bench compare profile-before.json profile-after.json     what changed, by layer and by phase
      """)

  @Argument(help: ArgumentHelp("The result to compare with.", valueName: "a")) var first: String
  @Argument(help: ArgumentHelp("The result to compare.", valueName: "b")) var second: String

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    if let profiles = try profiles() { return try compare(profiles, on: console, with: renderer) }
    let (a, b) = (try results(at: first, console), try results(at: second, console))
    let table = RunComparison.table(a, b, names: (first, second))
    guard !table.rows.isEmpty else {
      throw Failure.failed(
        "\(first) and \(second) have no benchmark in common: model, pass, batch and image must agree.")
    }
    console.print(table, with: renderer)
    return 0
  }

  private func results(at path: String, _ console: Console) throws -> [ResultFile] {
    try namedResultFiles(at: path) { console.note($0) }.map(\.file)
  }

  /// The two profiles; nil where neither file is one.
  private func profiles() throws -> (ProfileFile, ProfileFile)? {
    let (a, b): (ProfileFile?, ProfileFile?)
    do throws(ResultsError) { (a, b) = (try ProfileFile.read(first), try ProfileFile.read(second)) } catch {
      throw Failure.failed(error.description)
    }
    guard a != nil || b != nil else { return nil }
    guard let a, let b else {
      throw Failure.failed(
        "\(a == nil ? second : first) is a profile and \(a == nil ? first : second) is not; compare two of a kind.")
    }
    return (a, b)
  }

  private func compare(
    _ profiles: (ProfileFile, ProfileFile), on console: Console, with renderer: any Renderer
  ) throws -> Int32 {
    let tables = ProfileComparison.tables(profiles.0, profiles.1, names: (first, second))
    guard !tables.isEmpty else {
      throw Failure.failed(
        "\(first) and \(second) have no profile in common: model, pass, batch and image must agree.")
    }
    console.print(tables, with: renderer)
    return 0
  }
}
