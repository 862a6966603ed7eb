import Analysis
import ArgumentParser
import Results

/// `bench report FILE...`: shows results as a table, and as a page with charts.
struct ReportCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show result files or profiles: a summary, and a page with charts that opens offline.",
    discussion: """
      bench report results/runs
      bench report results/runs/*.json --html report.html
      bench report before.json after.json --format markdown
      bench report profile.json --html profile.html

      Where there are results of runs, profiles and trainings beside them are left out; each kind alone has a page of its
      own.
      """)

  @Argument(help: "Files that bench has written, or directories of them.", completion: .file(extensions: ["json"]))
  var files: [String]

  @Option(help: ArgumentHelp("Write a page with charts here.", valueName: "file.html"), completion: .file())
  var html: String?

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    var found = NamedFiles()
    for path in files { found += try namedFiles(at: path) { console.note($0) } }
    let (runs, profiles, trainings) = (found.runs, found.profiles, found.trainings)
    // What is not shown: there is a page for each kind.
    let others =
      (runs.isEmpty ? [] : profiles.map { ($0.path, "profile") })
      + (runs.isEmpty && profiles.isEmpty ? [] : trainings.map { ($0.path, "training") })
    for (path, kind) in others { console.note("Left out: \(path) is a \(kind); show it with `bench report \(path)`.") }
    if runs.isEmpty, !profiles.isEmpty {
      return try show(ProfileReport(profiles.map { ($0.name, $0.file) }), with: renderer, on: console)
    }
    if runs.isEmpty, !trainings.isEmpty {
      return try show(TrainingReport(trainings.map { ($0.name, $0.file) }), with: renderer, on: console)
    }
    let report = Report(runs)
    guard !report.isEmpty else {
      throw Failure.failed("There is no timed step in \(files.joined(separator: ", ")); measure first: bench vgg16.")
    }
    console.print(report.table, with: renderer)
    if let html { try write(report.html, to: html, console) }
    return 0
  }

  private func show(_ report: ProfileReport, with renderer: any Renderer, on console: Console) throws -> Int32 {
    guard !report.isEmpty else {
      throw Failure.failed(
        "There is no profiled step in \(files.joined(separator: ", ")); measure first: bench profile vgg16.")
    }
    console.print(report.tables, with: renderer)
    if let html { try write(report.html, to: html, console) }
    return 0
  }

  private func show(_ report: TrainingReport, with renderer: any Renderer, on console: Console) throws -> Int32 {
    guard !report.isEmpty else {
      throw Failure.failed("There is no step in \(files.joined(separator: ", ")); train first: bench help train.")
    }
    console.print(report.table, with: renderer)
    if let html { try write(report.html, to: html, console) }
    return 0
  }
}

/// Writes a page whole or not at all.
func write(_ page: String, to path: String, _ console: Console) throws {
  do { try ResultText.write(page, to: path) } catch { throw Failure.failed(error.description) }
  console.note("The page is \(path).")
}
