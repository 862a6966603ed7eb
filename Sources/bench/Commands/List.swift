import Analysis
import ArgumentParser
import Convolution
import Networks
import Threads

/// `bench list`: the models and the back ends.
struct List: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "List models and back ends.",
    discussion: """
      bench list
      bench list --format markdown
      bench list --backend ./libmine.so
      """)

  @Option(
    name: .customLong("backend"),
    help: ArgumentHelp(
      "List the back ends of a shared library, too; may be given more than once.", valueName: "library"))
  var libraries: [String] = []

  @OptionGroup var format: FormatOption

  func validate() throws {
    if let name = libraries.first(where: { PluginReference($0) == nil }) {
      throw ValidationError("'\(name)' is no shared library; write its path with a slash, such as ./\(name).")
    }
  }

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    let plugins = Plugins()
    if !libraries.isEmpty {
      _ = try plugins.load(libraries, in: ExecutionContext(pool: ThreadPool(count: 1)), console)
    }
    console.print([try models(), backends(plugins)], with: renderer)
    return 0
  }

  private func models() throws -> Table {
    let rows = try Zoo.all.map { network -> [Table.Cell] in
      let layers = try network.layers()
      return [
        .text(network.name), .text("\(network.input)"),
        .number(Double(layers.parameterCount)),
        .number(Double(layers.macs)), .text(network.summary),
      ]
    }
    return Table(
      "Models",
      columns: [
        .init("model"), .init("input"), .init("parameters", .count, decimals: 0),
        .init("MACs/image", .count, decimals: 0),
        .init("form"),
      ], rows: rows)
  }

  private func backends(_ plugins: Plugins) -> Table {
    let rows = plugins.all.map { backend -> [Table.Cell] in
      [.text(backend.name), .text(backend.reasonUnavailable ?? "yes"), .text(backend.summary)]
    }
    return Table(
      "Back ends in the order of preference (instruction set: \(InstructionSet.best.rawValue))",
      columns: [.init("back end"), .init("available"), .init("what it does")], rows: rows,
      notes: [
        "auto, the default, takes for each layer the first back end that can run it and is worth it there.",
        "Next: bench vgg16 gives a first result in under three minutes; bench help run lists the options.",
      ])
  }
}
