import Kernels
import Tensors
import Threads

/// Forward, or the input gradient: input transform, one multiplication for each position, output transform, on blocks
/// of tiles that stay in the caches.
final class WinogradPlan: ConvolutionPlan {
  let pass: WinogradPass
  let epilogue: Epilogue
  let fusions: Fusions
  let pool: ThreadPool
  let kernels: any KernelSet.Type
  let blocking: WinogradBlocking
  let layout: WinogradWorkspace
  let caches: CacheSizes

  init(_ request: ConvolutionRequest, algorithm: WinogradAlgorithm, caches: CacheSizes, in context: ExecutionContext) {
    let pools = request.fusions.contains(.maxPool) && request.direction == .forward
    guard !pools || request.epilogue == Epilogue(bias: request.epilogue.bias, activation: .relu) else {
      fatalError("a fused pool follows a ReLU without a residual")
    }
    pass = WinogradPass(
      request.problem, request.direction, algorithm, crossesImages: !request.fusions.contains(.maxPool))
    epilogue = request.epilogue
    fusions = request.fusions
    pool = context.pool
    kernels = context.kernels
    self.caches = caches
    blocking = WinogradBlocking(
      pass, filterIsConstant: request.filterIsConstant, threads: pool.count, kernels: kernels, caches: caches)
    layout = WinogradWorkspace(pass, blocking, threads: pool.count, width: kernels.width)
  }

  var algorithm: String { pass.algorithm.description }
  var workspaceBytes: Int { layout.floats * MemoryLayout<Float>.stride }

  // MARK: Filter

  private var filterFloatsPerGroup: Int {
    pass.algorithm.positions * pass.source.channels * blocking.columns * 2 * kernels.width
  }
  /// What a thread needs to transpose a filter that is to be rotated; it lies behind the transformed filter.
  private var transposeFloats: Int {
    pass.isRotated ? pass.algorithm.taps * pass.algorithm.taps * kernels.width * kernels.width : 0
  }
  var packedFilterBytes: Int {
    if blocking.division == .columns { return 0 }
    return (pass.groups * filterFloatsPerGroup + pool.count * transposeFloats) * MemoryLayout<Float>.stride
  }

  func prepare(filter: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer) {
    if blocking.division == .columns { return }
    nonisolated(unsafe) let filter = filter
    nonisolated(unsafe) let packed = packed.assumingMemoryBound(to: Float.self)
    pool.run { worker in
      let depths = pool.share(of: pass.source.channels, grain: kernels.width, worker: worker)
      for group in 0..<pass.groups where !depths.isEmpty {
        let job = filterJob(
          filter, group, outputs: 0..<pass.destination.channels, to: packed + group * filterFloatsPerGroup,
          positionSkew: nil, scratch: packed + (pass.groups * filterFloatsPerGroup + worker * transposeFloats))
        kernels.winogradFilter(pass.algorithm, job, depths: depths)
      }
    }
  }

  /// The transform of a group's filter for some of the channels that result.
  func filterJob(
    _ filter: UnsafePointer<Float>, _ group: Int, outputs: Range<Int>, to destination: UnsafeMutablePointer<Float>,
    positionSkew: Int?, scratch: UnsafeMutablePointer<Float>
  ) -> WinogradFilter {
    let (depth, channels) = (pass.source.channels, pass.destination.channels)
    // Of the filter as it lies in memory: [tap][channel of the group][output channel of all groups].
    let (rows, rowStride) =
      pass.isRotated ? (channels, pass.source.pixelStride) : (depth, pass.destination.pixelStride)
    let first = pass.isRotated ? group * depth + outputs.lowerBound * rowStride : group * channels + outputs.lowerBound
    return WinogradFilter(
      source: filter + first, tapStride: rows * rowStride, rowStride: rowStride, depth: depth, outputs: outputs.count,
      isRotated: pass.isRotated, destination: destination, depthStep: blocking.depthStep,
      columnsPerSlice: blocking.columnsPerSlice, positionSkew: positionSkew, scratch: scratch)
  }

  // MARK: Run

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = operands
    nonisolated(unsafe) let workspace = workspace
    pool.run { worker in
      let view = layout.view(workspace, worker: worker)
      fillLines(view, bias: epilogue.bias ? operands.bias : nil)
      if blocking.division == .columns {
        runColumns(operands, view, worker)
      } else {
        runBlocks(operands, view, worker)
      }
    }
  }

  private func runBlocks(_ operands: ConvolutionOperands, _ view: WinogradWorkspace.View, _ worker: Int) {
    let (tiles, grain) = (pass.tiles, blocking.tilesPerBlock)
    if blocking.division == .tiles {
      pool.deal(tiles, grain: grain, worker: worker) { run($0, operands, view, worker) }
    } else {
      for first in stride(from: 0, to: tiles, by: grain) {
        run(first..<min(first + grain, tiles), operands, view, worker)
      }
    }
  }

  private func fillLines(_ view: WinogradWorkspace.View, bias: UnsafePointer<Float>?) {
    view.zeros.update(repeating: 0, count: pass.source.channels.rounded(upTo: kernels.width))
    view.bias.update(repeating: 0, count: pass.groups * layout.biasPerGroup)
    guard let bias else { return }
    let channels = pass.destination.channels
    for group in 0..<pass.groups {
      (view.bias + group * layout.biasPerGroup).update(from: bias + group * channels, count: channels)
    }
  }

  /// One block of tiles, all groups: by this thread, or by all of them together.
  private func run(
    _ block: Range<Int>, _ operands: ConvolutionOperands, _ view: WinogradWorkspace.View, _ worker: Int
  ) {
    for group in 0..<pass.groups {
      let input = inputBlock(view, firstTile: block.lowerBound)
      share(block, parts: 4, worker) { tiles in transformInput(operands, group, input, view, tiles: tiles) }
      for firstColumn in stride(from: 0, to: blocking.columns, by: blocking.columnsPerSlice) {
        let product = product(operands, block, group, firstColumn: firstColumn, input, view)
        share(product.units, parts: 8, worker) { units in
          var part = product
          part.units = units
          kernels.winogradProduct(part)
        }
        share(block, parts: 4, worker) { tiles in
          transformOutput(
            operands, group, firstChannel: firstColumn * 2 * kernels.width, block: product.output, view, tiles: tiles)
        }
      }
    }
  }

  /// Calls `body` with all of `range`, or where the threads share a block, with parts of it once all have finished what
  /// came before: some for each thread, so that they end together.
  func share(_ range: Range<Int>, parts: Int, _ worker: Int, _ body: (Range<Int>) -> Void) {
    if blocking.division == .tiles { return body(range) }
    let grain = (range.count + parts * pool.count - 1) / (parts * pool.count)
    pool.deal(range.count, grain: grain, worker: worker) { part in
      body(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
    }
  }

  /// The multiplications of a block and one slice of columns.
  private func product(
    _ operands: ConvolutionOperands, _ block: Range<Int>, _ group: Int, firstColumn: Int, _ input: WinogradBlock,
    _ view: WinogradWorkspace.View
  ) -> WinogradProduct {
    let (depth, pitch) = (pass.source.channels, 2 * kernels.width)
    let columns = min(blocking.columnsPerSlice, blocking.columns - firstColumn)
    let filter = operands.packedFilter!.assumingMemoryBound(to: Float.self) + group * filterFloatsPerGroup
    let end = block.upperBound
    let isLastOfBlock = group == pass.groups - 1
    let next = end..<(isLastOfBlock ? min(end + blocking.tilesPerBlock, pass.tiles) : end)
    return WinogradProduct(
      input: input,
      output: WinogradBlock(
        view.output, positionStride: layout.outputPositionStride, rows: blocking.rows, channels: columns * pitch,
        firstTile: block.lowerBound),
      panels: (block.count + blocking.rows - 1) / blocking.rows,
      filter: filter + pass.algorithm.positions * depth * firstColumn * pitch,
      filterPositionStride: depth * columns * pitch, depth: depth, depthStep: blocking.depthStep, columns: columns,
      units: 0..<pass.algorithm.positions * columns,
      ahead: blocking.prefetchesFilter
        ? nil : pass.rows(under: next, of: source(operands), isPooled: readsPooled))
  }
}
