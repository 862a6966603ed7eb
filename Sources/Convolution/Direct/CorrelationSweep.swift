import Kernels
import Tensors
import Threads

/// A correlation, cut into blocks for the kernel and shares for the workers.
struct CorrelationSweep: Sendable {
  let correlation: Correlation
  let filter: PackedFilter
  let source: SourceRows
  private let kernels: any KernelSet.Type
  private let shape: Shape
  private let grid: WorkGrid
  private let tilesPerLine: Int
  private let tilesPerBlock: Int
  /// Whether results are stored by non-temporal stores, where their address allows it.
  private let storesNonTemporally: Bool

  private enum Shape {
    case direct(DirectShape)
    case depthwise(DepthwiseShape)
  }

  init(
    _ correlation: Correlation, of problem: ConvolutionProblem, activation: Activation, policy: CachePolicy,
    in context: ExecutionContext
  ) {
    self.correlation = correlation
    kernels = context.kernels
    filter = PackedFilter(correlation, of: problem, width: kernels.width)
    source = SourceRows(
      correlation, contiguous: correlation.needsRuns, blockFloats: CachePolicy.directBlockFloats,
      clips: correlation.isDepthwise)
    shape =
      correlation.isDepthwise
      ? .depthwise(
        correlation.depthwiseShape(
          pixelPitch: source.pixelPitch, filterWidth: filter.filterWidth,
          clips: (source.clipsLeft, source.clipsRight), activation: activation))
      : .direct(correlation.directShape(pixelPitch: source.pixelPitch, activation: activation))
    let tileRows = correlation.isDepthwise ? kernels.depthwiseRows : kernels.tileRows
    tilesPerLine = EvenTiles(correlation.result.width, limit: tileRows).count
    let tileFloats = tileRows * max(correlation.stride.width * source.pixelPitch, correlation.outputs)
    tilesPerBlock = max(CachePolicy.directBlockFloats / max(tileFloats, 1), 1)
    grid = WorkGrid(
      units: correlation.batch * correlation.result.height * tilesPerLine, panels: filter.panels,
      workers: context.pool.count,
      prefersPanels: filter.groupCount > correlation.batch * correlation.source.count / correlation.groups)
    let endsWithPanel = correlation.outputs.isMultiple(of: filter.panelWidth)
    storesNonTemporally = policy.storesNonTemporally(
      correlation.batch * correlation.result.count * MemoryLayout<Float>.stride,
      run: endsWithPanel ? filter.panelWidth : kernels.width, steps: correlation.outputs, correlation.resultPixelStep,
      correlation.resultLineStep)
  }

  /// Workspace of one worker.
  var bytes: Int { source.bytes }

  /// The tensors of one run.
  struct Operands {
    var source: UnsafePointer<Float>
    var filter: UnsafePointer<Float>
    var result: UnsafeMutablePointer<Float>
    var bias: UnsafePointer<Float>?
    var residual: UnsafePointer<Float>?
    var reluMask: UnsafePointer<Float>?
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
    let result = operands.result + offset
    let block = DirectBlock(
      rows: ImageRows(table, first: source.firstRow(y)),
      filter: operands.filter + (correlation.isDepthwise ? filter.tapOffset : group * filter.groupCount),
      panels: panels, lines: lines, firstTile: firstTile, endTile: end - endLine * tilesPerLine,
      output: TileOutput(
        result, bias: operands.bias.map { $0 + group * correlation.outputs },
        residual: operands.residual.map { $0 + offset }, reluMask: operands.reluMask.map { $0 + offset },
        nonTemporal: storesNonTemporally && CachePolicy.isAligned(result), scratch: rows.scratch))
    switch shape {
    case .direct(let shape): kernels.direct(shape, block)
    case .depthwise(let shape): kernels.depthwise(shape, block)
    }
    return end
  }
}
