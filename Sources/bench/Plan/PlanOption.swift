import ArgumentParser
import Convolution
import Foundation
import Measurement
import Networks
import Results
import Terms

/// A plan from a file instead of the choices that `auto` makes.
struct PlanOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run each layer as a plan says: a file of `bench tune`, or 'saved' for what `bench tune --save` kept.",
      valueName: "plan.json"), completion: .file(extensions: ["json"]))
  var plan: String?

  /// - Parameter isExact: whether a plan must convolve by the definition
  /// - Returns: nil where no plan was named
  func load(
    _ network: Network, _ layers: [Layer], passes: [Pass], batch: Int, isExact: Bool = false,
    in context: ExecutionContext, _ console: Console
  ) throws -> PinnedRun? {
    try plan.map { plan in
      let key = PlanKey(network.name, layers, batch: batch, context)
      let path = plan == PlanStore.saved ? try saved(key, isExact: isExact) : plan
      return try PinnedRun(path, key, layers, passes: passes, isExact: isExact, in: context) { console.note($0) }
    }
  }

  /// The path of the saved plan.
  private func saved(_ key: PlanKey, isExact: Bool) throws -> String {
    let path = PlanStore().path(
      key, isExact: isExact, PlanMachine(MachineContext.capture()), kernelSources: InstructionSet.kernelSources)
    guard let path, access(path.systemPath, F_OK) == 0 else {
      throw Failure.usage(
        "There is no saved plan of \(key.model) with batch \(key.batchSize), \(key.instructionSet) and "
          + "\(key.threads) thread\(key.threads == 1 ? "" : "s") for this machine and these kernels; make one with "
          + "`bench tune \(key.model) --save`.")
    }
    return path
  }

  /// Refuses options that would choose besides the plan.
  func check(_ compute: ComputeOptions) throws {
    guard plan != nil, compute.backend != BackendChoice.automatic || compute.strict else { return }
    throw ValidationError("--plan says what runs each layer; leave out --backend and --strict.")
  }
}

/// What each pass of a command runs on: one choice for all, or those of a plan.
struct PassChoices {
  let usual: BackendChoice
  let plan: PinnedRun?

  subscript(pass: Pass) -> BackendChoice { plan?.choice(pass) ?? usual }
}
