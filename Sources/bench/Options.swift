import ArgumentParser
import Convolution
import Foundation
import Measurement
import Networks
import Terms
import Threads

// Options that several commands share, and the checks of values that the parser makes before anything starts.

/// The model: one of the zoo by name, or an ONNX file by path.
struct ModelArgument: ParsableArguments {
  @Argument(
    help: "The network: \(Zoo.all.map(\.name).joined(separator: ", ")); or a file such as ./resnet50.onnx.",
    completion: .list(Zoo.all.map(\.name)))
  var model: String

  func validate() throws { if !ModelFile.isPath(model) { _ = try network() } }

  func network() throws -> Network {
    if ModelFile.isPath(model) { return try ModelFile.network(model) }
    guard let network = Zoo.named(model) else {
      throw ValidationError(
        "There is no model '\(model)'. Use one of: \(Zoo.all.map(\.name).joined(separator: ", ")), or the path of an "
          + "ONNX file.")
    }
    return network
  }
}

/// The batch of images that a step takes.
struct BatchOptions: ParsableArguments {
  @Option(help: "Images in a batch; the classic scripts used 128.")
  var batchSize = 16

  @Option(
    help: ArgumentHelp("Height of the images, in the model's proportions (default: its own).", valueName: "pixels"))
  var imageSize: Int?

  func validate() throws { try checked(batchSize: batchSize) }
}

/// How the network is computed.
struct ComputeOptions: ParsableArguments {
  @Option(
    help: "Back end of the convolutions: auto, a name from `bench list`, or a shared library such as ./libmine.so.",
    completion: .list([BackendChoice.automatic] + Backends.all.map(\.name)))
  var backend = BackendChoice.automatic

  @Flag(help: "Convolve by the definition, without Winograd's rounding: the same as --backend direct.")
  var exact = false

  @Flag(help: "Refuse rather than let another back end run a convolution that the chosen one cannot.")
  var strict = false

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if exact || PluginReference(backend) == nil { _ = try choice(Plugins()) }
  }

  /// Loads the library, where the back end is one's.
  func plugins(in context: ExecutionContext, _ console: Console) throws -> Plugins {
    let plugins = Plugins()
    let names = try plugins.load([backend], in: context, console)
    guard names.count == 1 else {
      throw Failure.usage(
        "\(backend) has several back ends; choose one: "
          + names.map { "--backend \(backend):\($0)" }.joined(separator: " or ") + ".")
    }
    return plugins
  }

  /// - Parameter plugins: the library that `backend` names
  func choice(_ plugins: Plugins) throws -> BackendChoice {
    guard !exact || backend == BackendChoice.automatic || backend == Direct().name else {
      throw ValidationError("--exact means --backend \(Direct().name), not \(backend); leave one of them out.")
    }
    let name = exact ? Direct().name : plugins.backends.first?.name ?? backend
    do { return try BackendChoice(name, strict: strict, others: plugins.backends) } catch {
      throw ValidationError(error.description)
    }
  }

  func context() throws -> ExecutionContext { try machine.context() }
}

/// The threads and the instruction set.
struct MachineOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Worker threads (default: the cores that this process may use).", valueName: "n"))
  var threads: Int?

  @Option(help: "Instruction set of the kernels: baseline, avx2 or avx512 (default: the best that is there).")
  var isa: InstructionSet?

  func validate() throws {
    if let threads { try checkThreads(threads) }
    try Self.check(isa)
  }

  /// Refuses an instruction set that the processor does not have.
  static func check(_ isa: InstructionSet?) throws {
    guard let isa, !isa.isAvailable else { return }
    throw ValidationError(
      "This processor has no \(isa.rawValue); use --isa \(InstructionSet.best.rawValue) or leave it out.")
  }

  func context() throws -> ExecutionContext {
    try Self.context(threads: threads ?? AvailableCores.count(), isa: isa)
  }

  static func context(threads count: Int, isa: InstructionSet?) throws -> ExecutionContext {
    let pool = ThreadPool(count: count)
    guard pool.count == count else {
      throw Failure.failed("The system starts only \(pool.count) of \(count) threads; use fewer --threads.")
    }
    return ExecutionContext(pool: pool, instructionSet: isa ?? .best)
  }
}

extension InstructionSet: ExpressibleByArgument {}
extension Pass: ExpressibleByArgument {}
extension TimingProtocol: ExpressibleByArgument {}

/// Refuses a batch size that no network takes.
@discardableResult
func checked(batchSize: Int) throws -> Int {
  try checkCount("--batch-size", batchSize, in: 1...65536)
  return batchSize
}

func checkThreads(_ threads: Int) throws { try checkCount("--threads", threads, in: 1...1024) }

/// Refuses a number outside `range`.
func checkCount(_ option: String, _ count: Int, in range: ClosedRange<Int> = 1...1_000_000) throws {
  guard range.contains(count) else {
    throw ValidationError("\(option) must be \(range.lowerBound) to \(range.upperBound), not \(count).")
  }
}

/// Refuses a time limit that no measurement can keep; a result file has no place for infinity.
func checkMaxTime(_ seconds: Double, _ option: String = "--max-time") throws {
  guard seconds > 0, seconds <= 1e6 else {
    throw ValidationError(
      "\(option) must be a number of seconds above 0 and up to 1000000, not \(seconds.formatted()).")
  }
}

/// Refuses a pass that is asked for twice, because both would count as observations of one thing.
func checkOnce(_ passes: [Pass]) throws {
  guard Set(passes).count == passes.count else {
    throw ValidationError("A pass is measured only once; leave out the repeated --pass.")
  }
}

/// The layers of a network, with a usage error where the image does not fit.
func layers(of network: Network, imageSize: Int?) throws -> [Layer] {
  do { return try network.layers(imageSize: imageSize) } catch { throw Failure.usage(error.description) }
}
