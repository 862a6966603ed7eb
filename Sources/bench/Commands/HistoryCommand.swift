import Analysis
import ArgumentParser
import Measurement
import Results

/// `bench history DIR`: shows how results changed over time. `bench gate` is the command that judges.
struct HistoryCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show how results changed over time, with the places where their level changed.",
    discussion: """
      bench history results/runs
      bench history results/runs --html history.html
      bench history results/runs --on main

      Runs of one model, pass, batch, back end, thread count and machine make one trend. The exit code is 0 whatever
      is found.
      """)

  @Argument(help: "A directory of result files; those below it count too.", completion: .directory)
  var directory = ResultStore.defaultDirectory

  @Option(
    help: ArgumentHelp(
      "Only runs of this branch: of a commit that it contains, without local changes.", valueName: "git reference"))
  var on: String?

  @Option(help: ArgumentHelp("Write a page with charts here.", valueName: "file.html"), completion: .file())
  var html: String?

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    if let on { try Self.check(on) }
    var files = try namedResultFiles(at: directory, recursive: true) { console.note($0) }
    if let on {
      let all = files.count
      files = Self.runs(of: on, files)
      console.note("\(files.count) of \(all) files are of commits on \(on), without local changes.")
    }
    let history = History(files)
    guard !history.trends.isEmpty else {
      let branch = on.map { "of \($0) " } ?? ""
      throw Failure.failed(
        "There is no result with a timed step \(branch)in \(directory); measure first: bench vgg16.")
    }
    console.print(history.table, with: renderer)
    if let html { try write(history.html, to: html, console) }
    return 0
  }

  private static func check(_ reference: String) throws {
    let exists: Bool
    do { exists = try GitCommit.exists(reference) } catch { throw Failure.failed(error.description) }
    guard exists else {
      throw Failure.usage("The repository here has no commit '\(reference)'; name a branch, such as main.")
    }
  }

  private static func runs(
    of reference: String, _ files: [(name: String, file: ResultFile)]
  ) -> [(name: String, file: ResultFile)] {
    let hashes = Set(files.compactMap { $0.file.context.commit?.hash })
    let contained = hashes.filter { GitCommit.isContained($0, in: reference) }
    return files.filter { _, file in
      file.context.commit.map { !$0.isDirty && contained.contains($0.hash) } ?? false
    }
  }
}
