import Kernels
import Tensors
import Threads

extension ConvolutionProblem {
  /// A fully connected layer: one pixel in, one pixel out, all channels with all.
  var isFullyConnected: Bool {
    isPointwise && groups == 1 && input.height == 1 && input.width == 1
  }
  fileprivate var channels: Int { input.channels }
}

/// Fully connected, forward: bound by reading the weights, so they are read once, as they are, by all workers.
///
/// One image: each worker streams whole rows of the weights into partial sums. Their number is fixed, and they are
/// added in their order. A batch: each worker owns columns of the weights; constant weights are packed once, in the
/// order in which they are read.
final class ConnectedForward: ConvolutionPlan {
  let problem: ConvolutionProblem
  let epilogue: Epilogue
  let algorithm = "fully connected"
  private let pool: ThreadPool
  private let kernels: any KernelSet.Type
  private let shape: ConnectedShape
  private let groups: EvenTiles
  private let panels: Int
  private let isPacked: Bool
  /// Floats of one worker's packed block of the weights.
  private let blockFloats: Int

  /// Partial sums of one image: divisible among any number of workers up to 4, and 6, 8, 12.
  private static let parts = 24

  init(_ request: ConvolutionRequest, in context: ExecutionContext) {
    problem = request.problem
    epilogue = request.epilogue
    pool = context.pool
    kernels = context.kernels
    groups = EvenTiles(problem.batch, limit: kernels.tileRows)
    isPacked = request.filterIsConstant && problem.batch > 1
    shape = ConnectedShape(inputs: problem.channels, outputs: problem.outputChannels, batch: problem.batch)
    panels = kernels.panels(of: problem.outputChannels)
    blockFloats =
      isPacked ? 0 : Self.blockFloats(panels: panels.dividedRoundingUp(by: pool.count), width: kernels.width)
  }

  /// The most that any number of panels up to `panels` takes in blocks that fit the caches.
  private static func blockFloats(panels: Int, width: Int) -> Int {
    let sizes = (1...min(panels, connectedBlockWidth / (2 * width))).map { panels in
      panels * connectedPanelStep(rows: connectedBlockRows(floats: panels * 2 * width), width: width)
    }
    return sizes.max()!.rounded(upTo: 16)
  }

  private var panelWidth: Int { kernels.panelWidth }
  /// Floats from one partial sum to the next.
  private var partStep: Int { problem.outputChannels.rounded(upTo: 16) }
  private var parts: Int { min(Self.parts, problem.channels) }
  private var packedFloats: Int { (problem.batch * problem.channels).rounded(upTo: 16) }
  private var sumFloats: Int { (problem.batch * panels * panelWidth).rounded(upTo: 16) }
  private var packedFilterFloats: Int { panels * panelWidth * problem.channels }
  /// Panels that a worker has or has not.
  private var unit: Int { isPacked ? packedBlockPanels : 1 }
  private var units: Int { panels.dividedRoundingUp(by: unit) }
  var workspaceBytes: Int {
    let floats = problem.batch == 1 ? parts * partStep : packedFloats + sumFloats + pool.count * blockFloats
    return floats * MemoryLayout<Float>.stride
  }

  var packedFilterBytes: Int { isPacked ? packedFilterFloats * MemoryLayout<Float>.stride : 0 }

  func prepare(filter: UnsafePointer<Float>, into destination: UnsafeMutableRawPointer) {
    guard isPacked else { return }
    nonisolated(unsafe) let (filter, packed) = (filter, destination.assumingMemoryBound(to: Float.self))
    pool.split(units, as: .packing) { range in
      kernels.packConnectedColumns(shape, weights: filter, panels: panels(of: range), packed: packed)
    }
  }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = operands
    nonisolated(unsafe) let memory = workspace.assumingMemoryBound(to: Float.self)
    if problem.batch == 1 { runRow(operands, memory) } else { runBatch(operands, memory) }
  }

  private func runRow(_ operands: ConvolutionOperands, _ sums: UnsafeMutablePointer<Float>) {
    nonisolated(unsafe) let (operands, sums) = (operands, sums)
    pool.split(parts, as: .products) { range in
      for part in range {
        let rows = problem.channels * part / parts..<problem.channels * (part + 1) / parts
        kernels.connectedRow(
          shape, weights: operands.filter, rows: rows, x: operands.input, sums: sums + part * partStep)
      }
    }
    pool.split(problem.outputChannels, grain: 16, as: .reduction) { outputs in
      // The residual may be the output: the sum of the parts takes the place of the first part.
      let first = sums + outputs.lowerBound
      kernels.addParts(first, count: outputs.count, step: partStep, parts: parts, destination: first)
      finish(outputs, image: 0, operands) { sums[$0] }
    }
  }

  private func runBatch(_ operands: ConvolutionOperands, _ memory: UnsafeMutablePointer<Float>) {
    nonisolated(unsafe) let (operands, packed, sums) = (operands, memory, memory + packedFloats)
    pool.split(problem.channels, grain: 16, as: .packing) { inputs in
      for group in 0..<groups.count {
        let start = groups.start(group)
        kernels.packBatch(
          UnsafePointer(operands.input) + start * problem.channels, inputs: inputs, step: problem.channels,
          rows: groups.rows(group), packed: packed + start * problem.channels)
      }
    }
    pool.run { worker in
      let mine = panels(of: pool.share(of: units, worker: worker))
      guard !mine.isEmpty else { return }
      pool.phase(.products, worker) {
        if isPacked {
          let weights = operands.packedFilter!.assumingMemoryBound(to: Float.self)
          kernels.packedConnectedColumns(shape, panels: mine, x: packed, sums: sums, packed: weights)
        } else {
          let memory = sums + (sumFloats + worker * blockFloats)
          kernels.connectedColumns(
            shape, weights: operands.filter, panels: mine, x: packed, sums: sums, packed: memory)
        }
      }
      let outputs =
        mine.lowerBound * panelWidth..<min(mine.upperBound * panelWidth, problem.outputChannels)
      pool.phase(.epilogue, worker) { finish(outputs, sums, operands) }
    }
  }

  /// Applies the epilogue to the sums of all images.
  private func finish(_ outputs: Range<Int>, _ sums: UnsafeMutablePointer<Float>, _ operands: ConvolutionOperands) {
    for group in 0..<groups.count {
      let rows = groups.rows(group)
      let base = sums + groups.start(group) * panels * panelWidth
      for row in 0..<rows {
        finish(outputs, image: groups.start(group) + row, operands) { output in
          let (panel, lane) = output.quotientAndRemainder(dividingBy: panelWidth)
          return base[(panel * rows + row) * panelWidth + lane]
        }
      }
    }
  }

  private func panels(of units: Range<Int>) -> Range<Int> {
    units.lowerBound * unit..<min(units.upperBound * unit, panels)
  }

  /// Applies the epilogue to an image's sums and stores them.
  @inline(__always)
  private func finish(
    _ outputs: Range<Int>, image: Int, _ operands: ConvolutionOperands, sum: (Int) -> Float
  ) {
    let first = image * problem.outputChannels
    for output in outputs {
      var value = sum(output)
      if epilogue.bias, let bias = operands.bias { value += bias[output] }
      if epilogue.residual, let residual = operands.residual { value += residual[first + output] }
      operands.output[first + output] = epilogue.activation(value)
    }
  }
}
