import ArgumentParser
import Convolution
import Measurement
import Networks
import Terms
import Threads

// What several commands ask for.

/// The model, by name.
struct ModelArgument: ParsableArguments {
  @Argument(
    help: "The network: \(Zoo.all.map(\.name).joined(separator: ", ")).", completion: .list(Zoo.all.map(\.name)))
  var model: String

  func network() throws -> Network {
    guard let network = Zoo.named(model) else {
      throw Failure.usage("There is no model '\(model)'. Use one of: \(Zoo.all.map(\.name).joined(separator: ", ")).")
    }
    return network
  }
}

/// How the network is computed.
struct ComputeOptions: ParsableArguments {
  @Option(
    help: "Back end of the convolutions: auto or a name from `bench list`.",
    completion: .list([BackendChoice.automatic] + Backends.all.map(\.name)))
  var backend = BackendChoice.automatic

  @Flag(help: "Convolve by the definition, without Winograd's rounding: the same as --backend direct.")
  var exact = false

  @Flag(help: "Refuse rather than let another back end run a convolution that the chosen one cannot.")
  var strict = false

  @OptionGroup var machine: MachineOptions

  func choice() throws -> BackendChoice {
    guard !exact || backend == BackendChoice.automatic || backend == Direct().name else {
      throw Failure.usage("--exact means --backend \(Direct().name), not \(backend); leave one of them out.")
    }
    let name = exact ? Direct().name : backend
    do { return try BackendChoice(name, strict: strict) } catch { throw Failure.usage(error.description) }
  }

  func context() throws -> ExecutionContext { try machine.context() }
}

/// What it runs on.
struct MachineOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Worker threads (default: the cores that this process may use).", valueName: "n"))
  var threads: Int?

  @Option(help: "Instruction set of the kernels: baseline, avx2 or avx512 (default: the best that is there).")
  var isa: InstructionSet?

  func context() throws -> ExecutionContext {
    let count = threads ?? AvailableCores.count()
    guard (1...1024).contains(count) else { throw Failure.usage("--threads \(count) makes no sense; use 1 to 1024.") }
    let set = isa ?? .best
    guard set.isAvailable else {
      throw Failure.usage(
        "This processor has no \(set.rawValue); use --isa \(InstructionSet.best.rawValue) or leave it out.")
    }
    let pool = ThreadPool(count: count)
    guard pool.count == count else {
      throw Failure.failed("The system starts only \(pool.count) of \(count) threads; use fewer --threads.")
    }
    return ExecutionContext(pool: pool, instructionSet: set)
  }
}

extension InstructionSet: ExpressibleByArgument {}
extension Pass: ExpressibleByArgument {}
extension TimingProtocol: ExpressibleByArgument {}

/// Refuses sizes that no network has.
func checked(batchSize: Int) throws -> Int {
  guard (1...65536).contains(batchSize) else {
    throw Failure.usage("--batch-size \(batchSize) makes no sense; use 1 to 65536.")
  }
  return batchSize
}

/// The layers of a network, with a usage error where the image does not fit.
func layers(of network: Network, imageSize: Int?) throws -> [Layer] {
  do { return try network.layers(imageSize: imageSize) } catch { throw Failure.usage(error.description) }
}
