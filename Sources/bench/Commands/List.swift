import Analysis
import ArgumentParser
import Convolution
import Networks

/// `bench list`: what there is to run, and what runs it.
struct List: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "List models and back ends.",
    discussion: """
      bench list
      bench list --format markdown
      """)

  @Option(help: "How to print: \(Renderers.all.map(\.name).joined(separator: ", ")).")
  var format = "text"

  func run(on console: Console) throws -> Int32 {
    let renderer = try renderer(named: format)
    console.print(renderer.render(try models()))
    console.print("")
    console.print(renderer.render(backends()))
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
      "Back ends, fastest first (instruction set: \(InstructionSet.best.rawValue))",
      columns: [.init("back end"), .init("available"), .init("what it does")], rows: rows,
      notes: ["auto takes the first for each layer that can run it and pays there."])
  }
}

/// - Throws: `Failure` where there is no renderer of that name.
func renderer(named name: String) throws -> any Renderer {
  guard let renderer = Renderers.named(name) else {
    let names = Renderers.all.map(\.name).joined(separator: ", ")
    throw Failure.usage("There is no format '\(name)'. Use one of: \(names).")
  }
  return renderer
}
