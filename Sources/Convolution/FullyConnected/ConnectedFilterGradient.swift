import CVector
import Kernels
import Tensors
import Threads

/// Fully connected, filter gradient: dW = x^T dy, bound by writing the result. Each worker owns rows of it, written once
/// and, where there are many, by non-temporal stores: from the registers, or by way of a few rows in the second-level cache
/// where rows are no whole vectors.
final class ConnectedFilterGradient: ConvolutionPlan {
  let problem: ConvolutionProblem
  let algorithm = "fully connected"
  private let sumsBias: Bool
  private let pool: ThreadPool
  private let kernels: any KernelSet.Type
  private let tiles: EvenTiles
  private let caches: CacheSizes

  /// Floats of a tile of inputs of one image.
  private static let pitch = 16

  init(_ request: ConvolutionRequest, caches: CacheSizes, in context: ExecutionContext) {
    problem = request.problem
    self.caches = caches
    sumsBias = request.fusions.contains(.biasGradient)
    pool = context.pool
    kernels = context.kernels
    tiles = EvenTiles(problem.input.channels, limit: kernels.tileRows)
  }

  private var nonTemporal: Bool { problem.filterCount * MemoryLayout<Float>.stride > caches.last / 8 }
  private var stages: Bool { nonTemporal && problem.outputChannels % kernels.width != 0 }

  // MARK: Workspace: [packed x], [packed dy], [bias sums], [row pointer], [worker: scratch of a tile, a tile's rows]

  private var panels: Int { (problem.outputChannels + 2 * kernels.width - 1) / (2 * kernels.width) }
  private var inputFloats: Int { tiles.count * problem.batch * Self.pitch }
  private var panelFloats: Int { problem.batch * 2 * kernels.width }
  private var gradientFloats: Int { (panels * panelFloats).rounded(upTo: 16) }
  private var biasFloats: Int { (panels * 2 * kernels.width).rounded(upTo: 16) }
  private var stagedFloats: Int { stages ? (kernels.tileRows * problem.outputChannels).rounded(upTo: 16) : 0 }
  var workspaceBytes: Int {
    let shared = inputFloats + gradientFloats + biasFloats + 16
    return (shared + pool.count * (tileScratchFloats + stagedFloats)) * MemoryLayout<Float>.stride
  }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = operands
    nonisolated(unsafe) let packedInput = workspace.assumingMemoryBound(to: Float.self)
    nonisolated(unsafe) let packedGradient = packedInput + inputFloats
    nonisolated(unsafe) let bias = packedGradient + gradientFloats
    nonisolated(unsafe) let row = UnsafeMutableRawPointer(bias + biasFloats)
      .assumingMemoryBound(to: UnsafePointer<Float>.self)
    nonisolated(unsafe) let scratch = bias + (biasFloats + 16)
    row.pointee = UnsafePointer(packedInput)
    pool.split(panels) { range in
      packGradient(range, operands, into: packedGradient + range.lowerBound * panelFloats, bias: bias)
    }
    pool.run { worker in
      let range = pool.share(of: tiles.count, worker: worker)
      guard !range.isEmpty else { return }
      kernels.packBatchTiles(
        UnsafePointer(operands.input), inputs: problem.input.channels, batch: problem.batch, tiles: range,
        pitch: Self.pitch, packed: packedInput)
      var block = DirectGradientBlock(
        rows: UnsafePointer(row), gradient: packedGradient, result: operands.filter,
        scratch: scratch + worker * (tileScratchFloats + stagedFloats))
      block.inputHeight = 1
      block.pixelStep = Self.pitch
      block.kernelHeight = 1
      block.rowDepth = problem.input.channels
      block.lines = 0..<1
      block.width = problem.batch
      block.resultStep = problem.outputChannels
      block.outputs = problem.outputChannels
      block.units = range
      block.nonTemporal = nonTemporal && !stages && UInt(bitPattern: operands.filter) % 64 == 0
      if stages { stage(block, result: operands.filter) } else { kernels.connectedFilterGradient(block) }
    }
  }

  private func stage(_ block: DirectGradientBlock, result: UnsafeMutablePointer<Float>) {
    let staged = block.scratch + tileScratchFloats
    var block = block
    for tile in block.units {
      block.units = tile..<tile + 1
      let first = tiles.start(tile) * block.outputs
      block.result = staged - first
      kernels.connectedFilterGradient(block)
      kernels.copyNonTemporal(UnsafePointer(staged), to: result + first, count: tiles.rows(tile) * block.outputs)
    }
    cvector_store_fence()
  }

  private func packGradient(
    _ range: Range<Int>, _ operands: ConvolutionOperands, into packed: UnsafeMutablePointer<Float>,
    bias: UnsafeMutablePointer<Float>
  ) {
    let panelWidth = 2 * kernels.width
    if sumsBias {
      (bias + range.lowerBound * panelWidth).update(repeating: 0, count: range.count * panelWidth)
    }
    kernels.packGradient(
      GradientPacking(
        source: UnsafePointer(operands.output), sourceStep: problem.outputChannels, pixels: problem.batch,
        outputs: problem.outputChannels, panels: range, destination: packed, summed: sumsBias ? range : 0..<0,
        sums: sumsBias ? bias : nil))
    guard sumsBias, let result = operands.biasGradient else { return }
    for output in range.lowerBound * panelWidth..<min(range.upperBound * panelWidth, problem.outputChannels) {
      result[output] = bias[output]
    }
  }
}
