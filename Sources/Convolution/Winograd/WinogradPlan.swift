import Kernels
import Tensors
import Threads

/// Forward, or the input gradient: input transform, one multiplication for each position, output transform, on blocks
/// of tiles that stay in the caches.
final class WinogradPlan: ConvolutionPlan {
  private let pass: WinogradPass
  private let epilogue: Epilogue
  private let fusions: Fusions
  private let pool: ThreadPool
  private let kernels: any KernelSet.Type
  private let blocking: WinogradBlocking
  private let layout: WinogradWorkspace
  private let caches: CacheSizes

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
    blocking = WinogradBlocking(pass, threads: pool.count, kernels: kernels, caches: caches)
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
    (pass.groups * filterFloatsPerGroup + pool.count * transposeFloats) * MemoryLayout<Float>.stride
  }

  func prepare(filter: UnsafePointer<Float>, into prepared: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let filter = filter
    nonisolated(unsafe) let prepared = prepared.assumingMemoryBound(to: Float.self)
    let (depth, outputs) = (pass.source.channels, pass.destination.channels)
    // Of the filter as it lies in memory: [tap][channel of the group][output channel of all groups].
    let (channels, rowStride) =
      pass.isRotated ? (outputs, pass.source.pixelStride) : (depth, pass.destination.pixelStride)
    let groupStride = pass.isRotated ? depth : outputs
    pool.run { worker in
      let scratch = prepared + (pass.groups * filterFloatsPerGroup + worker * transposeFloats)
      let depths = pool.share(of: depth, grain: kernels.width, worker: worker)
      for group in 0..<pass.groups where !depths.isEmpty {
        let job = WinogradFilter(
          source: filter + group * groupStride, tapStride: channels * rowStride, rowStride: rowStride, depth: depth,
          outputs: outputs, isRotated: pass.isRotated, destination: prepared + group * filterFloatsPerGroup,
          depthStep: blocking.depthStep, columnsPerSlice: blocking.columnsPerSlice, scratch: scratch)
        kernels.winogradFilter(pass.algorithm, job, depths: depths)
      }
    }
  }

  // MARK: Run

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = operands
    nonisolated(unsafe) let workspace = workspace
    pool.run { worker in
      let view = layout.view(workspace, worker: worker, block: blocking.isShared ? 0 : worker)
      fillLines(view, bias: epilogue.bias ? operands.bias : nil)
      let tiles = blocking.isShared ? 0..<pass.tiles : pool.share(of: pass.tiles, worker: worker)
      for first in stride(from: tiles.lowerBound, to: tiles.upperBound, by: blocking.tilesPerBlock) {
        let block = first..<min(first + blocking.tilesPerBlock, tiles.upperBound)
        let next = block.upperBound..<min(block.upperBound + blocking.tilesPerBlock, tiles.upperBound)
        for group in 0..<pass.groups { run(block, next: next, group, operands, view, worker) }
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

  private func run(
    _ block: Range<Int>, next: Range<Int>, _ group: Int, _ operands: ConvolutionOperands,
    _ view: WinogradWorkspace.View, _ worker: Int
  ) {
    let source = pass.isRotated ? operands.output : operands.input
    let mine = part(of: block, worker)
    let input = WinogradBlock(
      view.input, positionStride: layout.inputPositionStride, rows: blocking.rows,
      channels: pass.source.channels.rounded(upTo: kernels.width), firstTile: block.lowerBound)
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
          depth: pass.source.channels, depthStep: blocking.depthStep, columns: columns,
          units: blocking.isShared ? pool.share(of: units, worker: worker) : 0..<units,
          ahead: blocking.prefetchesFilter
            ? nil : pass.rows(under: isLastOfBlock ? next : 0..<0, of: source, isPooled: readsPooled)))
      wait()
      transformOutput(operands, group, firstChannel: firstColumn * pitch, block: output, view, tiles: mine)
      // The next slice writes M again; the next block or group does so only after it has waited for V.
      if firstColumn + columns < blocking.columns { wait() }
    }
  }

  private var readsPooled: Bool { pass.isRotated && fusions.contains(.maxPool) }
  private var writesPooled: Bool { !pass.isRotated && fusions.contains(.maxPool) }

  private func transformInput(
    _ source: UnsafeMutablePointer<Float>, _ winners: UnsafeMutablePointer<UInt8>?, _ group: Int,
    _ block: WinogradBlock, _ view: WinogradWorkspace.View, tiles: Range<Int>
  ) {
    let side = readsPooled ? pass.source.pooled : pass.source
    let job = WinogradInput(
      images: side.images(source, group: group), tiling: pass.tiling, block: block, zeros: view.zeros,
      scratch: view.pointers)
    if readsPooled {
      kernels.winogradPooledInput(job, winners: winners! + group * side.channels, tiles: tiles)
    } else {
      kernels.winogradInput(pass.algorithm, job, tiles: tiles)
    }
  }

  private func transformOutput(
    _ operands: ConvolutionOperands, _ group: Int, firstChannel: Int, block: WinogradBlock,
    _ view: WinogradWorkspace.View, tiles: Range<Int>
  ) {
    let side = writesPooled ? pass.destination.pooled : pass.destination
    var images = side.images(pass.isRotated ? operands.input : operands.output, group: group)
    images.base += firstChannel
    images.channels = min(block.channels, side.channels - firstChannel)
    let offset = group * side.channels + firstChannel
    let job = WinogradOutput(
      images: images, tiling: pass.tiling, block: block,
      bias: view.bias + (group * layout.biasPerGroup + firstChannel),
      residual: epilogue.residual ? operands.residual.map { $0 + offset } : nil,
      gate: fusions.contains(.reluGate) ? operands.gate.map { $0 + offset } : nil,
      bounds: epilogue.activation.bounds, streams: streams(images))
    if writesPooled {
      kernels.winogradPooledOutput(job, winners: operands.winners.map { $0 + offset }, tiles: tiles)
    } else {
      kernels.winogradOutput(pass.algorithm, job, tiles: tiles)
    }
  }

  /// Outputs that no cache can hold until they are read again go past the caches, in whole cache lines.
  private func streams(_ images: WinogradImages) -> Bool {
    let bytes = pass.batch * images.height * images.width * images.pixelStride * MemoryLayout<Float>.stride
    let isAligned =
      kernels.width == 16 && images.pixelStride % 16 == 0 && Int(bitPattern: images.base) % 64 == 0
    return isAligned && bytes > caches.last / 4 * 3
  }

  private func part(of block: Range<Int>, _ worker: Int) -> Range<Int> {
    guard blocking.isShared else { return block }
    let share = pool.share(of: block.count, worker: worker)
    return block.lowerBound + share.lowerBound..<block.lowerBound + share.upperBound
  }

  private func wait() {
    if blocking.isShared { pool.barrier() }
  }
}

extension Activation {
  /// What it clamps to.
  var bounds: ClosedRange<Float> {
    switch self {
    case .none: -Float.infinity...Float.infinity
    case .relu: 0...Float.infinity
    case .relu6: 0...6
    }
  }
}
