import ArgumentParser
import Measurement
import Networks
import Terms

/// Everything that `bench run` can be asked for.
struct RunOptions: ParsableArguments {
  @Option(
    name: .customLong("pass"),
    help: "What a step computes: forward, forward-backward or train; may be given more than once.")
  var passes: [Pass] = [.forward, .forwardBackward]

  @Option(help: "Images in a batch.")
  var batchSize = 32

  @Option(help: "Timed batches.")
  var numBatches = 100

  @Option(help: "Steps before the first timed one.")
  var burnIn = 10

  @Option(help: ArgumentHelp("Stop a pass after so many seconds, but never before ten batches.", valueName: "seconds"))
  var maxTime = 60.0

  @OptionGroup var compute: ComputeOptions

  @Option(help: ArgumentHelp("Side of the square images (default: the model's own).", valueName: "pixels"))
  var imageSize: Int?

  @Option(help: "Seed of weights, images and dropout.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Images instead of random ones: float32, [N, side, side, 3].", valueName: "file.npy"))
  var input: String?

  @Option(help: "Arithmetic of the classic lines: classic or classic-2015.")
  var `protocol`: TimingProtocol = .classic

  @Option(help: "What to print: text or json.")
  var format: RunFormat = .text

  @Option(help: ArgumentHelp("Where the result goes (default: a new file in results/runs).", valueName: "file.json"))
  var output: String?

  @Option(help: ArgumentHelp("Write a gperftools profile of the timed steps.", valueName: "file"))
  var cpuProfile: String?

  @Flag(help: "Print the time of each layer.")
  var layers = false

  @Flag(help: "Do not compare the kernels with the reference first. Recorded.")
  var noVerify = false

  var plan: MeasurementPlan { MeasurementPlan(burnIn: burnIn, batches: numBatches, maxTime: maxTime) }

  func check() throws {
    _ = try checked(batchSize: batchSize)
    try checkOnce(passes)
    guard (1...1_000_000).contains(numBatches) else {
      throw Failure.usage("--num-batches \(numBatches) makes no sense; use 1 to 1000000.")
    }
    guard (0...1_000_000).contains(burnIn) else {
      throw Failure.usage("--burn-in \(burnIn) makes no sense; use 0 to 1000000.")
    }
    guard maxTime > 0, maxTime.isFinite else {
      throw Failure.usage("--max-time \(maxTime) makes no sense; use a number of seconds above 0.")
    }
  }
}

/// Refuses a pass that is asked for twice: both would count as observations of one thing.
func checkOnce(_ passes: [Pass]) throws {
  guard Set(passes).count == passes.count else {
    throw Failure.usage("A pass is measured only once; leave out the repeated --pass.")
  }
}

/// What `bench run` prints.
enum RunFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}
