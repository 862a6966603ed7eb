import Analysis
import ArgumentParser
import Foundation
import Networks

/// `bench describe <model>`: layers, shapes, parameters, multiply-adds and bytes.
struct Describe: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a network's layers, shapes, parameters, multiply-adds and bytes.",
    discussion: """
      bench describe vgg16
      bench describe alexnet --batch-size 128 --format json
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var compute: ComputeOptions

  @Option(help: "Images in a batch, for the memory that a step needs.")
  var batchSize = 32

  @Option(help: ArgumentHelp("Side of the square images (default: the model's own).", valueName: "pixels"))
  var imageSize: Int?

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let layers = try layers(of: network, imageSize: imageSize)
    let description = try NetworkDescription(
      network, layers, batch: checked(batchSize: batchSize), choice: compute.choice(), context: compute.context())
    if format.format == "json" {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      console.print(String(decoding: try encoder.encode(description), as: UTF8.self))
    } else {
      console.print(description.table, with: try format.renderer())
    }
    return 0
  }
}
