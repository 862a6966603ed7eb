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
    precondition(
      !request.fusions.contains(.maxPool) || request.direction != .forward
        || request.epilogue == Epilogue(bias: request.epilogue.bias, activation: .relu),
      "a fused pool follows a ReLU without a residual")
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
  var preparedFilterBytes: Int {
    if blocking.division == .columns { return 0 }
    return (pass.groups * filterFloatsPerGroup + pool.count * transposeFloats) * MemoryLayout<Float>.stride
  }

  func prepare(filter: UnsafePointer<Float>, into prepared: UnsafeMutableRawPointer) {
    if blocking.division == .columns { return }
    nonisolated(unsafe) let filter = filter
    nonisolated(unsafe) let prepared = prepared.assumingMemoryBound(to: Float.self)
    pool.run { worker in
      let depths = pool.share(of: pass.source.channels, grain: kernels.width, worker: worker)
      for group in 0..<pass.groups where !depths.isEmpty {
        let job = filterJob(
          filter, group, outputs: 0..<pass.destination.channels, to: prepared + group * filterFloatsPerGroup,
          positionSkew: nil, scratch: prepared + (pass.groups * filterFloatsPerGroup + worker * transposeFloats))
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
    let tiles = isShared ? 0..<pass.tiles : pool.share(of: pass.tiles, worker: worker)
    for first in stride(from: tiles.lowerBound, to: tiles.upperBound, by: blocking.tilesPerBlock) {
      let block = first..<min(first + blocking.tilesPerBlock, tiles.upperBound)
      let next = block.upperBound..<min(block.upperBound + blocking.tilesPerBlock, tiles.upperBound)
      for group in 0..<pass.groups { run(block, next: next, group, operands, view, worker) }
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

  private func run(
    _ block: Range<Int>, next: Range<Int>, _ group: Int, _ operands: ConvolutionOperands,
    _ view: WinogradWorkspace.View, _ worker: Int
  ) {
    let source = pass.isRotated ? operands.output : operands.input
    let mine = isShared ? part(of: block, worker) : block
    let input = inputBlock(view, firstTile: block.lowerBound)
    transformInput(source, operands.winners, group, input, view, tiles: mine)
    wait()
    let filter = operands.preparedFilter!.assumingMemoryBound(to: Float.self) + group * filterFloatsPerGroup
    let pitch = 2 * kernels.width
    for firstColumn in stride(from: 0, to: blocking.columns, by: blocking.columnsPerSlice) {
      let columns = min(blocking.columnsPerSlice, blocking.columns - firstColumn)
      let output = WinogradBlock(
        view.output, positionStride: layout.outputPositionStride, rows: blocking.rows, channels: columns * pitch,
        firstTile: block.lowerBound)
      let units = pass.algorithm.positions * columns
      let isLastOfBlock = group == pass.groups - 1
      kernels.winogradProduct(
        WinogradProduct(
          input: input, output: output, panels: (block.count + blocking.rows - 1) / blocking.rows,
          filter: filter + pass.algorithm.positions * pass.source.channels * firstColumn * pitch,
          filterPositionStride: pass.source.channels * columns * pitch, depth: pass.source.channels,
          depthStep: blocking.depthStep, columns: columns,
          units: isShared ? pool.share(of: units, worker: worker) : 0..<units,
          ahead: blocking.prefetchesFilter
            ? nil : pass.rows(under: isLastOfBlock ? next : 0..<0, of: source, isPooled: readsPooled)))
      wait()
      transformOutput(operands, group, firstChannel: firstColumn * pitch, block: output, view, tiles: mine)
      // The next slice writes M again; the next block or group does so only after it has waited for V.
      if firstColumn + columns < blocking.columns { wait() }
    }
  }

  private var isShared: Bool { blocking.division == .products }

  private func wait() {
    if isShared { pool.barrier() }
  }
}
