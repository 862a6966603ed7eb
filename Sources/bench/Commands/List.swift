import Analysis
import ArgumentParser
import Convolution
import Networks

/// `bench list`: the models and the back ends.
struct List: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "List models and back ends.",
    discussion: """
      bench list
      bench list --format markdown
      """)

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    console.print([try models(), backends()], with: renderer)
    return 0
  }

  private func models() throws -> Table {
    let rows = try Zoo.all.map { network -> [Table.Cell] in
      let layers = try network.layers()
      return [
        .text(network.name), .text("\(network.imageSize)x\(network.imageSize)x3"),
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

  private func backends() -> Table {
    let rows = Backends.all.map { backend -> [Table.Cell] in
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
