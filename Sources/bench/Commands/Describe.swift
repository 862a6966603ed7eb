import Analysis
import ArgumentParser
import Convolution
import Foundation
import Measurement
import Networks
import Results
import Terms

/// `bench describe <model>`: layers, shapes, parameters, multiply-adds and bytes; with `--plan`, what runs together.
struct Describe: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a network's layers, shapes, parameters, multiply-adds and bytes, or how they would run.",
    discussion: """
      bench describe vgg16
      bench describe alexnet --batch-size 128 --format json
      bench describe mobilenetv2 --plan --pass forward --threads 1
      bench describe vgg16 --plan --output plan.json

      With --plan: which layers run together, on which back end and algorithm in which direction, how many images at a \
      time, with how much workspace, what is saved for the backward pass, and why layers that nearly match a rule do \
      not run together. Nothing is run or allocated.
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Show what runs together, and how.")
  var plan = false

  @Option(
    help: ArgumentHelp("With --plan: as this file says, and not as the back end would choose.", valueName: "plan.json"),
    completion: .file(extensions: ["json"]))
  var from: String?

  @Option(
    help: ArgumentHelp("With --plan: write it as a file that `bench run --plan` follows.", valueName: "plan.json"),
    completion: .file(extensions: ["json"]))
  var output: String?

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
    for (option, value) in [("--from", from), ("--output", output)] where value != nil && !plan {
      throw ValidationError("\(option) goes with --plan: add --plan or leave \(option) out.")
    }
    guard from == nil || output == nil else {
      throw ValidationError("--from reads a plan and --output writes one; give one of them.")
    }
    try planOption.check(compute)
  }

  private var planOption: PlanOption {
    var option = PlanOption()
    option.plan = from
    return option
  }

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    let layers = try layers(of: network, imageSize: imageSize)
    let context = try compute.context()
    let choice = try compute.choice(compute.plugins(in: context, console))
    if plan {
      let passes = passes.isEmpty ? [.forward, .forwardBackward] : passes
      let pinned = try planOption.load(
        network, layers, passes: passes, batch: batchSize, isExact: compute.exact, in: context, console)
      let groups = try groups(layers, passes, PassChoices(usual: choice, plan: pinned), context)
      let description = PlanDescription(
        network, layers, groups, batch: batchSize, backend: pinned == nil ? choice.requested : BackendChoice.planned,
        context: context)
      if let output {
        try checkWritable(output)
        if let foreign = groups.flatMap({ $0.groups }).foreignBackend {
          throw Failure.usage(
            "A plan names back ends of bench, and \(foreign) is none; leave out --backend or --output.")
        }
        let file = PlanFile(
          origin: choice.requested, key: PlanKey(network.name, layers, batch: batchSize, context),
          isExact: groups.flatMap { $0.groups }.areExact, machine: PlanMachine(MachineContext.capture()),
          kernelSources: InstructionSet.kernelSources, passes: groups.map { PlannedPass($0.pass, $0.groups) })
        do { try file.write(to: output) } catch { throw Failure.failed(error.description) }
        console.note("The plan is \(output).")
      }
      try show(description, description.tables, on: console)
    } else {
      let description = try NetworkDescription(network, layers, batch: batchSize, choice: choice, context: context)
      try show(description, [description.table], on: console)
    }
    return 0
  }

  /// What runs together in each pass.
  private func groups(
    _ layers: [Layer], _ passes: [Pass], _ choices: PassChoices, _ context: ExecutionContext
  ) throws -> [(pass: Pass, groups: [FusedGroup])] {
    do {
      return try passes.map { pass in
        (pass, try FusionPass.groups(layers, pass: pass, batch: batchSize, choice: choices[pass], in: context))
      }
    } catch { throw Failure.usage("\(error)") }
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
