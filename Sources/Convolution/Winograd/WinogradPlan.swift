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
  let inputShape: WinogradTransformShape
  let slices: [WinogradSlice]
  private let filterShape: WinogradFilterShape
  /// Whether outputs are stored by non-temporal stores, where their address allows it.
  let storesNonTemporally: Bool

  init(
    _ request: ConvolutionRequest, algorithm: WinogradAlgorithm, policy: CachePolicy, in context: ExecutionContext
  ) {
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
    blocking = WinogradBlocking(
      pass, filterIsConstant: request.filterIsConstant, threads: pool.count, kernels: kernels, policy: policy)
    layout = WinogradWorkspace(pass, blocking, threads: pool.count, width: kernels.width)
    inputShape = WinogradTransformShape(
      images: fusions.contains(.maxPool) && pass.isRotated ? pass.source.pooled : pass.source, tiling: pass.tiling,
      block: WinogradBlockShape(
        positionStride: layout.inputPositionStride, rows: blocking.rows,
        channels: pass.source.channels.rounded(upTo: kernels.width)))
    let images = pools ? pass.destination.pooled : pass.destination
    slices = WinogradSlice.all(
      pass, blocking, layout, input: inputShape.block, images: images, activation: epilogue.activation,
      kernels: kernels)
    filterShape = pass.filterShape(blocking, outputs: pass.destination.channels, positionSkew: nil)
    storesNonTemporally = policy.storesNonTemporally(
      pass.batch * images.height * images.width * images.pixelStride * MemoryLayout<Float>.stride, run: kernels.width,
      steps: images.pixelStride)
  }

  var algorithm: String { pass.algorithm.description }
  var workspaceBytes: Int { layout.floats * MemoryLayout<Float>.stride }

  // MARK: Filter

  private var filterFloatsPerGroup: Int {
    pass.algorithm.positions * pass.source.channels * blocking.columns * kernels.panelWidth
  }
  /// The floats in which a thread transposes a filter that is to be rotated; they lie behind the transformed filter.
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
        let job = WinogradFilter(
          filterShape, source: filter + pass.filterOffset(group, firstOutput: 0),
          destination: packed + group * filterFloatsPerGroup,
          scratch: packed + (pass.groups * filterFloatsPerGroup + worker * transposeFloats))
        pool.phase(.filterTransform, worker) { kernels.winogradFilter(pass.algorithm, job, depths: depths) }
      }
    }
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
      share(block, parts: 4, worker) { tiles in
        transformInput(operands, group, view, firstTile: block.lowerBound, tiles: tiles, worker)
      }
      for slice in slices {
        share(0..<pass.algorithm.positions * slice.product.columns, parts: 8, worker) { units in
          multiply(operands, block, group, slice, view, units, worker)
        }
        share(block, parts: 4, worker) { tiles in
          transformOutput(operands, group, slice, view, firstTile: block.lowerBound, tiles: tiles, worker)
        }
      }
    }
  }

  /// Calls `body` with all of `range`, or where the threads share a block, with parts of it once all have finished what
  /// came before: some for each thread, so that they end together.
  func share(_ range: Range<Int>, parts: Int, _ worker: Int, _ body: (Range<Int>) -> Void) {
    if blocking.division == .tiles { return body(range) }
    let grain = range.count.dividedRoundingUp(by: parts * pool.count)
    pool.deal(range.count, grain: grain, worker: worker) { part in
      body(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
    }
  }

  /// Some of the multiplications of a block and one slice.
  private func multiply(
    _ operands: ConvolutionOperands, _ block: Range<Int>, _ group: Int, _ slice: WinogradSlice,
    _ view: WinogradWorkspace.View, _ units: Range<Int>, _ worker: Int
  ) {
    let filter = operands.packedFilter!.assumingMemoryBound(to: Float.self) + group * filterFloatsPerGroup
    let end = block.upperBound
    let isLastOfBlock = group == pass.groups - 1
    let next = end..<(isLastOfBlock ? min(end + blocking.tilesPerBlock, pass.tiles) : end)
    let product = WinogradProduct(
      slice.product, input: view.input, output: view.output,
      filter: filter + pass.algorithm.positions * pass.source.channels * slice.firstChannel,
      panels: block.count.dividedRoundingUp(by: blocking.rows), units: units,
      ahead: blocking.prefetchesFilter
        ? nil : pass.rows(under: next, of: source(operands), isPooled: readsPooled))
    pool.phase(.products, worker) { kernels.winogradProduct(product) }
  }
}
