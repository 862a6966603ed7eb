import Analysis
import ArgumentParser
import Foundation
import Networks
import Terms

/// `bench describe <model>`: layers, shapes, parameters, multiply-adds and bytes; with `--plan`, what runs together.
struct Describe: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a network's layers, shapes, parameters, multiply-adds and bytes, or how they would run.",
    discussion: """
      bench describe vgg16
      bench describe alexnet --batch-size 128 --format json
      bench describe mobilenetv2 --plan --pass forward --threads 1

      With --plan: which layers run together, on which back end and algorithm in which direction, how many images at a \
      time, with how much workspace, what is saved for the backward pass, and why layers that nearly match a rule do \
      not run together. Nothing is run or allocated.
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Show what runs together, and how.")
  var plan = false

  @Option(
    name: .customLong("pass"),
    help: "With --plan: forward, forward-backward or train; may be given more than once (default: the first two).")
  var passes: [Pass] = []

  @Option(help: "Images in a batch, for the plan and the memory that a step needs.")
  var batchSize = 16

  @Option(
    help: ArgumentHelp("Height of the images, in the model's proportions (default: its own).", valueName: "pixels"))
  var imageSize: Int?

  @OptionGroup var format: FormatOption

  func validate() throws {
    try checked(batchSize: batchSize)
    try checkOnce(passes)
    guard plan || passes.isEmpty else {
      throw ValidationError("--pass goes with --plan: add --plan or leave --pass out.")
    }
  }

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let layers = try layers(of: network, imageSize: imageSize)
    let context = try compute.context()
    let choice = try compute.choice(compute.plugins(in: context, console))
    if plan {
      let description = try PlanDescription(
        network, layers, passes: passes.isEmpty ? [.forward, .forwardBackward] : passes, batch: batchSize,
        choice: choice,
        context: context)
      try show(description, description.tables, on: console)
    } else {
      let description = try NetworkDescription(network, layers, batch: batchSize, choice: choice, context: context)
      try show(description, [description.table], on: console)
    }
    return 0
  }

  /// JSON has the description's own keys; the other formats have its tables.
  private func show(_ description: some Encodable, _ tables: [Table], on console: Console) throws {
    let renderer = try format.renderer()
    guard renderer is JSONRenderer else {
      return tables.count == 1 ? console.print(tables[0], with: renderer) : console.print(tables, with: renderer)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    console.print(String(decoding: try encoder.encode(description), as: UTF8.self))
  }
}
