import CVector
import Kernels
import Tensors
import Threads

/// Fully connected, filter gradient: dW = x^T dy, bound by writing the result. Each worker owns rows of it, written
/// once and, where there are many, by non-temporal stores: from the registers, or by way of a few rows in the
/// second-level cache where rows are no whole vectors.
final class ConnectedFilterGradient: ConvolutionPlan {
  let problem: ConvolutionProblem
  let algorithm = "fully connected"
  private let sumsBias: Bool
  private let pool: ThreadPool
  private let kernels: any KernelSet.Type
  private let tiles: EvenTiles
  private let shape: DirectGradientShape
  private let panels: Int
  private let nonTemporal: Bool

  /// Floats of a tile of inputs of one image.
  private static let pitch = 16

  init(_ request: ConvolutionRequest, policy: CachePolicy, in context: ExecutionContext) {
    problem = request.problem
    sumsBias = request.fusions.contains(.biasGradient)
    pool = context.pool
    kernels = context.kernels
    tiles = EvenTiles(problem.input.channels, limit: kernels.tileRows)
    panels = kernels.panels(of: problem.outputChannels)
    nonTemporal = policy.storesFilterGradientNonTemporally(problem.filterCount * MemoryLayout<Float>.stride)
    // The batch's packed inputs are one line of pixels.
    shape = DirectGradientShape(
      lines: LineShape(
        imageHeight: 1, kernelHeight: 1, stride: 1, top: 0, pixelStep: Self.pitch, width: problem.batch),
      rowDepth: problem.input.channels, outputs: problem.outputChannels, resultStep: problem.outputChannels)
  }

  /// Whether rows go by way of memory of their own, since they are no whole vectors.
  private var stages: Bool { nonTemporal && problem.outputChannels % kernels.width != 0 }

  // MARK: Workspace: [packed x], [packed dy], [bias sums], [row pointer], [worker: scratch of a tile, a tile's rows]

  private var inputFloats: Int { tiles.count * problem.batch * Self.pitch }
  private var panelFloats: Int { problem.batch * kernels.panelWidth }
  private var gradientFloats: Int { (panels * panelFloats).rounded(upTo: 16) }
  private var biasFloats: Int { (panels * kernels.panelWidth).rounded(upTo: 16) }
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
    pool.split(panels, as: .packing) { range in
      packGradient(range, operands, into: packedGradient + range.lowerBound * panelFloats, bias: bias)
    }
    pool.run { worker in
      let range = pool.share(of: tiles.count, worker: worker)
      guard !range.isEmpty else { return }
      pool.phase(.packing, worker) {
        kernels.packBatchTiles(
          UnsafePointer(operands.input), inputs: problem.input.channels, batch: problem.batch, tiles: range,
          pitch: Self.pitch, packed: packedInput)
      }
      let memory = scratch + worker * (tileScratchFloats + stagedFloats)
      func block(_ units: Range<Int>, result: UnsafeMutablePointer<Float>, nonTemporal: Bool) -> DirectGradientBlock {
        DirectGradientBlock(
          rows: ImageRows(UnsafePointer(row), first: 0), lines: 0..<1, gradient: packedGradient, result: result,
          units: units, nonTemporal: nonTemporal, scratch: memory)
      }
      pool.phase(.products, worker) {
        if stages {
          stage(range, in: memory + tileScratchFloats, result: operands.filter) {
            block($0, result: $1, nonTemporal: false)
          }
        } else {
          let nonTemporal = nonTemporal && CachePolicy.isAligned(operands.filter)
          kernels.connectedFilterGradient(shape, block(range, result: operands.filter, nonTemporal: nonTemporal))
        }
      }
    }
  }

  /// Computes tiles of rows in `staged`, one after the other, and copies each by non-temporal stores.
  private func stage(
    _ range: Range<Int>, in staged: UnsafeMutablePointer<Float>, result: UnsafeMutablePointer<Float>,
    block: (Range<Int>, UnsafeMutablePointer<Float>) -> DirectGradientBlock
  ) {
    for tile in range {
      let first = tiles.start(tile) * problem.outputChannels
      kernels.connectedFilterGradient(shape, block(tile..<tile + 1, staged - first))
      kernels.copyNonTemporal(
        UnsafePointer(staged), to: result + first, count: tiles.rows(tile) * problem.outputChannels)
    }
    cvector_store_fence()
  }

  private func packGradient(
    _ range: Range<Int>, _ operands: ConvolutionOperands, into packed: UnsafeMutablePointer<Float>,
    bias: UnsafeMutablePointer<Float>
  ) {
    let panelWidth = kernels.panelWidth
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
