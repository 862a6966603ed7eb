import Convolution
import Networks
import Terms
import Threads

/// Everything that `--backend` takes.
let backendNames = [BackendChoice.automatic] + Backends.all.map(\.name)

let instructionSets = InstructionSet.allCases.filter(\.isAvailable)

extension CacheSizes {
  /// So small that every layer that may take the batch in micro-batches takes one image at a time.
  static let tiny = CacheSizes(second: 64, last: 64)
}

func context(threads: Int = 2, _ set: InstructionSet = .best) -> ExecutionContext {
  ExecutionContext(pool: ThreadPool(count: threads), instructionSet: set)
}

extension Program {
  /// A program with memory, weights and input from `seed`, ready to run.
  static func ready(
    _ layers: [Layer], _ pass: Pass, batch: Int, backend: String = BackendChoice.automatic,
    in context: ExecutionContext, dropsOut: Bool = true, seed: UInt64 = 1, caches: CacheSizes = .current
  ) throws -> Program {
    let program = try Program(
      layers, pass: pass, batch: batch, choice: BackendChoice(backend), in: context, dropsOut: dropsOut, seed: seed,
      caches: caches)
    try program.allocate()
    program.initialize(seed: seed)
    program.prepare()
    return program
  }
}

extension TinyNetwork {
  /// A program with `data`, ready to run.
  func program(
    _ pass: Pass, _ data: TinyData, backend: String = BackendChoice.automatic, in context: ExecutionContext,
    dropsOut: Bool = true, seed: UInt64 = 1, loss: Loss = .l2, caches: CacheSizes = .current
  ) throws -> Program {
    let program = try Program(
      layers, pass: pass, batch: batch, choice: BackendChoice(backend), in: context, dropsOut: dropsOut, seed: seed,
      loss: loss, caches: caches)
    try program.allocate()
    data.load(into: program)
    program.prepare()
    return program
  }
}

extension Network {
  /// An image size that takes little time: the smallest of the networks that need more, 32 pixels else.
  var smallImage: Int { ["alexnet": 57, "alexnet-owt": 57, "overfeat": 71][name] ?? 32 }

  /// The same network with an eighth of the channels, for small images.
  func narrowLayers() throws -> [Layer] {
    let imageSize = smallImage
    var widths: [String: Int] = [:]
    for layer in try layers(imageSize: imageSize) {
      guard let problem = layer.problem, !problem.isDepthwise else { continue }
      widths[layer.name] = max(problem.outputChannels / 8, 2)
    }
    return try layers(imageSize: imageSize, widths: widths)
  }
}

extension [Float] {
  /// For comparisons to the last bit, NaN included.
  var bits: [UInt32] { map(\.bitPattern) }
}
