import Analysis
import ArgumentParser
import Foundation
import Results

/// `bench baseline`: keeps results under a name, for `bench gate --baseline`.
struct BaselineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Keep results under a name, to compare later ones with.",
    discussion: """
      for i in 1 2 3 4 5 6 7 8; do bench mobilenetv2 --batch-size 4 --output runs/$i.json; done
      bench baseline save v1 runs
      bench baseline list
      bench gate --baseline v1
      """,
    subcommands: [Save.self, Listing.self, Show.self, Delete.self])

  struct Location: ParsableArguments {
    @Option(help: ArgumentHelp("The directory of the baselines.", valueName: "directory"))
    var directory = BaselineStore.defaultDirectory

    var store: BaselineStore { BaselineStore(directory: directory) }

    func read(_ name: String) throws -> Baseline { try Self.read(name, in: store) }

    /// - Throws: `Failure` where there is no baseline of that name
    static func read(_ name: String, in store: BaselineStore) throws -> Baseline {
      try check(name, in: store)
      do { return try store.read(name) } catch { throw Failure.failed(error.description) }
    }

    /// - Throws: `Failure` where there is no baseline of that name
    static func check(_ name: String, in store: BaselineStore) throws {
      guard BaselineStore.isValid(name: name), store.contains(name) else {
        let names = store.names()
        throw Failure.usage(
          "There is no baseline '\(name)' in \(store.directory). "
            + (names.isEmpty ? "Make one with `bench baseline save`." : "Use one of: \(names.joined(separator: ", ")).")
        )
      }
    }
  }

  struct Save: BenchCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep result files, or all of a directory, under a name.",
      discussion: """
        bench baseline save v1 runs
        bench baseline save v1 runs/1.json runs/2.json --directory elsewhere
        """)

    @Argument(help: "Letters, digits, '.', '_' and '-'.") var name: String
    @Argument(help: "Result files and directories; eight runs or more make a good baseline.") var paths: [String]
    @OptionGroup var location: Location

    func validate() throws {
      guard BaselineStore.isValid(name: name) else {
        throw ValidationError("A baseline's name must consist of letters, digits, '.', '_' and '-', unlike '\(name)'.")
      }
    }

    func run(on console: Console) throws -> Int32 {
      let baseline = Baseline(
        name: name,
        runs: try paths.flatMap { path in
          try namedResultFiles(at: path) { console.note($0) }.map(\.file)
        })
      do { try location.store.save(baseline) } catch { throw Failure.failed(error.description) }
      console.note("The baseline is in \(location.store.path(name)).")
      return 0
    }
  }

  struct Listing: BenchCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List baselines.",
      discussion: """
        bench baseline list
        bench baseline list --directory elsewhere --format csv
        """)

    @OptionGroup var location: Location
    @OptionGroup var format: FormatOption

    func run(on console: Console) throws -> Int32 {
      let renderer = try format.renderer()
      let rows = location.store.names().compactMap { name -> [Table.Cell]? in
        let baseline: Baseline
        do { baseline = try location.read(name) } catch {
          console.note("Left out: \(error)")
          return nil
        }
        let context = baseline.runs.first?.context
        return [
          .text(name), .number(Double(baseline.runs.count)), .number(Double(Runs.pool(baseline.runs).count)),
          .text(context?.startTime ?? "-"), .text(context?.commit.map { String($0.hash.prefix(12)) } ?? "-"),
          .text(context?.machine.cpuModel ?? "unknown"),
        ]
      }
      let table = Table(
        "Baselines in \(location.directory)",
        columns: [
          .init("name"), .init("runs", .count, decimals: 0), .init("benchmarks", .count, decimals: 0),
          .init("first run"), .init("commit"), .init("processor"),
        ], rows: rows)
      console.print(table, with: renderer)
      return 0
    }
  }

  struct Show: BenchCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what a baseline holds and where it was measured.",
      discussion: """
        bench baseline show v1
        bench baseline show v1 --format markdown
        """)

    @Argument(help: "The baseline.") var name: String
    @OptionGroup var location: Location
    @OptionGroup var format: FormatOption

    func run(on console: Console) throws -> Int32 {
      let renderer = try format.renderer()
      let baseline = try location.read(name)
      console.print(BaselineTable.table(baseline), with: renderer)
      return 0
    }
  }

  struct Delete: BenchCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete a baseline.",
      discussion: """
        bench baseline delete v1
        """)

    @Argument(help: "The baseline.") var name: String
    @OptionGroup var location: Location

    func run(on console: Console) throws -> Int32 {
      // A damaged one can be deleted as well.
      try Location.check(name, in: location.store)
      do { try location.store.delete(name) } catch { throw Failure.failed(error.description) }
      console.note("The baseline '\(name)' is deleted.")
      return 0
    }
  }
}
