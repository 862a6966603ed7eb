import Kernels
import Tensors
import Threads

/// A correlation, cut into blocks for the kernel and shares for the workers.
struct CorrelationSweep: Sendable {
  let correlation: Correlation
  let filter: PackedFilter
  let source: SourceRows
  private let kernels: any KernelSet.Type
  private let grid: WorkGrid
  private let tilesPerLine: Int
  private let tilesPerBlock: Int

  /// Source floats of a block: with a panel of the filter they should stay in the second-level cache.
  private static let blockFloats = 80 << 10
  private let caches: CacheSizes

  init(
    _ correlation: Correlation, of problem: ConvolutionProblem, caches: CacheSizes, in context: ExecutionContext
  ) {
    self.correlation = correlation
    self.caches = caches
    kernels = context.kernels
    filter = PackedFilter(correlation, of: problem, width: kernels.width)
    source = SourceRows(
      correlation, contiguous: correlation.needsRuns, blockFloats: Self.blockFloats, clips: correlation.isDepthwise)
    let tileRows = correlation.isDepthwise ? kernels.depthwiseRows : kernels.tileRows
    tilesPerLine = EvenTiles(correlation.result.width, limit: tileRows).count
    let tileFloats = tileRows * max(correlation.stride.width * source.pixelPitch, correlation.outputs)
    tilesPerBlock = max(Self.blockFloats / max(tileFloats, 1), 1)
    grid = WorkGrid(
      units: correlation.batch * correlation.result.height * tilesPerLine, panels: filter.panels,
      workers: context.pool.count,
      prefersPanels: filter.groupCount > correlation.batch * correlation.source.count / correlation.groups)
  }

  /// Workspace of one worker.
  var bytes: Int { source.bytes }

  /// The epilogue and the tensors of one run.
  struct Operands {
    var source: UnsafePointer<Float>
    var filter: UnsafePointer<Float>
    var result: UnsafeMutablePointer<Float>
    var bias: UnsafePointer<Float>?
    var residual: UnsafePointer<Float>?
    var reluMask: UnsafePointer<Float>?
    var activation = Activation.none
  }

  /// Does one worker's share.
  func run(_ operands: Operands, worker: Int, memory: UnsafeMutableRawPointer) {
    let share = grid.share(of: worker)
    guard !share.units.isEmpty, !share.panels.isEmpty else { return }
    var rows = RowRing(source, memory: memory)
    for group in 0..<correlation.groups {
      var unit = share.units.lowerBound
      while unit < share.units.upperBound {
        unit = runBlock(
          from: unit, to: share.units.upperBound, panels: share.panels, group: group, operands: operands, rows: &rows)
      }
    }
  }

  /// Computes one block from `unit` on and returns the unit behind it.
  private func runBlock(
    from unit: Int, to limit: Int, panels: Range<Int>, group: Int, operands: Operands, rows: inout RowRing
  ) -> Int {
    let (line, firstTile) = unit.quotientAndRemainder(dividingBy: tilesPerLine)
    let (image, y) = line.quotientAndRemainder(dividingBy: correlation.result.height)
    let lastLine = min(line + source.linesPerBlock, (image + 1) * correlation.result.height)
    let end = min(limit, lastLine * tilesPerLine, unit + tilesPerBlock)
    let endLine = (end - 1) / tilesPerLine
    let lines = y..<(y + endLine - line + 1)

    let sourceImage = operands.source + (image * correlation.sourceImageStep + group * correlation.channels)
    let table = rows.load(lines, of: sourceImage)
    let offset = correlation.resultOffset + image * correlation.resultImageStep + group * correlation.outputs
    var block = DirectBlock(
      rows: table, filter: operands.filter + group * filter.groupCount, output: operands.result + offset,
      scratch: rows.scratch)
    block.describe(correlation, source, filterWidth: filter.filterWidth)
    block.firstRow = source.firstRow(y)
    block.panels = panels
    block.lines = lines
    block.firstTile = firstTile
    block.endTile = end - endLine * tilesPerLine
    block.bias = operands.bias.map { $0 + group * correlation.outputs }
    block.residual = operands.residual.map { $0 + offset }
    block.reluMask = operands.reluMask.map { $0 + offset }
    block.describe(operands.activation)
    block.nonTemporal = storesNonTemporally(to: block.output)
    if correlation.isDepthwise {
      block.filter = operands.filter + filter.tapOffset
      kernels.depthwise(block)
    } else {
      kernels.direct(block)
    }
    return end
  }

  /// Whether the result is too large to be found in the caches again, and aligned so that it may pass them by.
  private func storesNonTemporally(to output: UnsafeMutablePointer<Float>) -> Bool {
    let bytes = correlation.batch * correlation.result.count * MemoryLayout<Float>.stride
    return !caches.keep(bytes) && UInt(bitPattern: output) % 64 == 0
      && [correlation.outputs, correlation.resultPixelStep, correlation.resultLineStep]
        .allSatisfy { $0 % kernels.width == 0 }
  }
}
