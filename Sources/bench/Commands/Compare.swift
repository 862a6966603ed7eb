import Analysis
import ArgumentParser
import Results

/// `bench compare A B`: shows the differences of two results without judging them.
struct Compare: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two results: files, or directories whose files are runs of the same.",
    discussion: """
      Exits with 0 whatever it finds. For a verdict use `bench gate`.

      bench compare before.json after.json
      bench compare results/before results/after --format markdown
      """)

  @Argument(help: ArgumentHelp("The result to compare with.", valueName: "a")) var first: String
  @Argument(help: ArgumentHelp("The result to compare.", valueName: "b")) var second: String

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    let (a, b) = (try namedResultFiles(at: first).map(\.file), try namedResultFiles(at: second).map(\.file))
    let table = RunComparison.table(a, b, names: (first, second))
    guard !table.rows.isEmpty else {
      throw Failure.failed(
        "\(first) and \(second) have no benchmark in common: model, pass, batch and image must agree.")
    }
    console.print(table, with: renderer)
    return 0
  }
}
