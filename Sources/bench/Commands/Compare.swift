import Analysis
import ArgumentParser
import Foundation
import Results

/// `bench compare A B`: informs, and never judges.
struct Compare: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two results: files, or directories whose files are runs of the same.",
    discussion: """
      Exits with 0 whatever it finds. For a verdict use `bench gate`.

      bench compare before.json after.json
      bench compare results/before results/after --format markdown
      """)

  @Argument(help: ArgumentHelp("What to compare with.", valueName: "a")) var first: String
  @Argument(help: ArgumentHelp("What to compare.", valueName: "b")) var second: String

  @Option(help: "How to print: \(Renderers.all.map(\.name).joined(separator: ", ")).")
  var format = "text"

  func run(on console: Console) throws -> Int32 {
    let renderer = try renderer(named: format)
    let (a, b) = (try resultFiles(at: first), try resultFiles(at: second))
    let table = RunComparison.table(a, b, names: (first, second))
    guard !table.rows.isEmpty else {
      throw Failure.failed(
        "\(first) and \(second) have no benchmark in common: model, pass, batch and image must agree.")
    }
    console.print(renderer.render(table))
    return 0
  }
}

/// The result files that a path names: itself, or what lies in a directory.
func resultFiles(at path: String) throws -> [ResultFile] {
  var isDirectory: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
    throw Failure.usage("There is no file or directory '\(path)'.")
  }
  var paths = [path]
  if isDirectory.boolValue {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    paths = names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().map { "\(path)/\($0)" }
    guard !paths.isEmpty else {
      throw Failure.failed("\(path) holds no result; give a directory with files that `bench run` wrote.")
    }
  }
  do { return try paths.map { path throws(ResultsError) in try ResultStore.read(path) } } catch {
    throw Failure.failed("\(error)")
  }
}
