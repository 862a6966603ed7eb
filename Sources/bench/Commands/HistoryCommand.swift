import Analysis
import ArgumentParser
import Results

/// `bench history DIR`: how results changed over time. It informs; `bench gate` judges.
struct HistoryCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show how results changed over time, with the places where their level changed.",
    discussion: """
      bench history results/runs
      bench history results/runs --html history.html

      Runs of one model, pass, batch, back end, thread count and machine make one trend. The exit code is 0 whatever
      is found.
      """)

  @Argument(help: "A directory of result files; those below it count too.", completion: .directory)
  var directory = ResultStore.defaultDirectory

  @Option(help: ArgumentHelp("Write a page with charts here.", valueName: "file.html"), completion: .file())
  var html: String?

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    let files = try namedResultFiles(at: directory, recursive: true) { console.note("Left out: \($0)") }
    let history = History(files)
    guard !history.trends.isEmpty else {
      throw Failure.failed("There is no result with a timed step in \(directory); measure first: bench vgg16.")
    }
    console.print(renderer.render(history.table))
    if let html { try write(history.html, to: html, console) }
    return 0
  }
}
