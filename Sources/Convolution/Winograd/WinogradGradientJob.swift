import Kernels
import Tensors

/// One worker's part of a run of the filter gradient.
struct WinogradGradientJob {
  let plan: WinogradGradientPlan
  let operands: ConvolutionOperands
  let workspace: UnsafeMutablePointer<Float>
  let worker: Int
  let team: WinogradTeam

  init(
    plan: WinogradGradientPlan, operands: ConvolutionOperands, workspace: UnsafeMutablePointer<Float>, worker: Int
  ) {
    self.plan = plan
    self.operands = operands
    self.workspace = workspace
    self.worker = worker
    team = WinogradTeam(worker: worker, threads: plan.pool.count, parts: plan.blocking.parts)
  }

  private var pass: WinogradPass { plan.pass }
  private var isPooled: Bool { plan.fusions.contains(.maxPool) }
  private var layout: WinogradGradientWorkspace { plan.layout }
  private var zeros: UnsafeMutablePointer<Float> { workspace + worker * layout.floatsPerThread + layout.zeros }
  private var pointers: UnsafeMutablePointer<UnsafePointer<Float>> {
    UnsafeMutableRawPointer(workspace + worker * layout.floatsPerThread)
      .assumingMemoryBound(to: UnsafePointer<Float>.self)
  }

  func clearZeros() { zeros.update(repeating: 0, count: layout.patch - layout.zeros) }

  func run(_ group: Int) {
    for part in team.parts {
      clearBiasSums(part)
      let tiles = plan.blocking.tiles(ofPart: part, of: pass.tiles)
      for block in 0..<plan.blocking.blocks {
        transform(plan.blocking.tiles(ofBlock: block, in: tiles), group, part)
        wait()
        if plan.blocking.isFused { finishFused(group, tiles) } else { correlate(block, in: tiles, group, part) }
        wait()
      }
    }
    plan.pool.barrier(worker)
    if !plan.blocking.isFused { finish(group) }
    finishBias(group)
    // The next group writes the sums again.
    if group + 1 < pass.groups { plan.pool.barrier(worker) }
  }

  /// Teams of one thread have nobody to wait for.
  private func wait() {
    if plan.pool.count > plan.blocking.parts { plan.pool.barrier(worker) }
  }

  // MARK: Transforms

  /// V and Z of a block of tiles.
  private var block: (input: UnsafeMutablePointer<Float>, outputGradient: UnsafeMutablePointer<Float>) {
    let base = workspace + layout.blocks + team.index * layout.floatsPerBlock
    return (base, base + layout.outputBlock)
  }

  /// The chunks of a block that this thread transforms, and their tiles.
  private func chunks() -> Range<Int> { team.share(of: WinogradGradientWorkspace.chunks) }
  private func tiles(ofChunks chunks: Range<Int>, in block: Range<Int>) -> Range<Int> {
    func bound(_ chunk: Int) -> Int { block.lowerBound + block.count * chunk / WinogradGradientWorkspace.chunks }
    return bound(chunks.lowerBound)..<bound(chunks.upperBound)
  }
  private func biasSums(_ part: Int, _ chunk: Int) -> UnsafeMutablePointer<Float> {
    workspace + layout.biasSums + (part * WinogradGradientWorkspace.chunks + chunk) * layout.biasStride
  }
  private func clearBiasSums(_ part: Int) {
    for chunk in chunks() { biasSums(part, chunk).update(repeating: 0, count: layout.biasStride) }
  }

  private func transform(_ tiles: Range<Int>, _ group: Int, _ part: Int) {
    let block = block
    let input = WinogradPatches(
      plan.shapes.input,
      WinogradPlaces(
        images: operands.input + group * pass.source.channels, block: block.input, firstTile: tiles.lowerBound),
      zeros: zeros, scratch: pointers)
    let chunks = chunks()
    let mine = self.tiles(ofChunks: chunks, in: tiles)
    plan.pool.phase(.inputTransform, worker) {
      plan.kernels.winogradInput(pass.algorithm, input, tiles: mine)
    }
    let firstOutput = group * pass.destination.channels
    let gradient = WinogradPatches(
      plan.shapes.outputGradient,
      WinogradPlaces(
        images: operands.output + firstOutput, block: block.outputGradient, firstTile: tiles.lowerBound),
      zeros: zeros, scratch: pointers)
    plan.pool.phase(.outputGradientTransform, worker) {
      for chunk in chunks {
        let sums = plan.fusions.contains(.biasGradient) ? biasSums(part, chunk) : nil
        let tiles = self.tiles(ofChunks: chunk..<chunk + 1, in: tiles)
        if isPooled {
          plan.kernels.winogradPooledOutputGradient(
            gradient, argmax: operands.argmax! + firstOutput, biasSums: sums, tiles: tiles)
        } else {
          plan.kernels.winogradOutputGradient(plan.transforms, gradient, biasSums: sums, tiles: tiles)
        }
      }
    }
  }

  // MARK: Products

  private func correlation(
    _ tiles: Range<Int>, units: Range<Int>, sums: UnsafeMutablePointer<Float>, adds: Bool = false,
    ahead: (input: WinogradAhead, outputGradient: WinogradAhead)? = nil
  ) -> WinogradCorrelation {
    let block = block
    let nothing = WinogradAhead(operands.input, rowStride: 0, rows: 0, rowFloats: 0)
    return WinogradCorrelation(
      plan.shapes.correlation, input: block.input, outputGradient: block.outputGradient, tiles: tiles.count,
      sums: sums, adds: adds, units: units, ahead: ahead ?? (nothing, nothing))
  }

  private func correlate(_ index: Int, in part: Range<Int>, _ group: Int, _ number: Int) {
    let tiles = plan.blocking.tiles(ofBlock: index, in: part)
    guard !tiles.isEmpty else { return }
    let isLastOfBlock = group == pass.groups - 1
    let products = correlation(
      tiles, units: team.share(of: pass.algorithm.positions * plan.columns),
      sums: workspace + layout.sums + number * layout.floatsPerPart, adds: index > 0,
      ahead: isLastOfBlock ? ahead(plan.blocking.tiles(ofBlock: index + 1, in: part)) : nil)
    plan.pool.phase(.products, worker) { plan.kernels.winogradCorrelation(products) }
  }

  /// The rows that this thread transforms for the tiles of the next block.
  private func ahead(_ next: Range<Int>) -> (input: WinogradAhead, outputGradient: WinogradAhead) {
    let mine = tiles(ofChunks: chunks(), in: next)
    // Outputs have no padding; whether tiles lie in mosaics stays.
    var tiling = pass.tiling
    (tiling.top, tiling.left) = (0, 0)
    let size = isPooled ? pass.algorithm.outputs / 2 : pass.algorithm.outputs
    return (
      pass.rows(under: mine, of: operands.input),
      plan.shapes.outputGradient.images.rows(
        under: mine, of: operands.output, batch: pass.batch, tiling, size: size, overlap: 0)
    )
  }

  // MARK: Results

  private func result(_ group: Int) -> WinogradFilterGradient {
    WinogradFilterGradient(
      plan.shapes.result, sums: workspace + layout.sums,
      destination: operands.filter + group * pass.destination.channels)
  }

  private func finish(_ group: Int) {
    let rowBlocks = plan.pool.share(of: plan.rowBlocks, worker: worker)
    plan.pool.phase(.filterGradientTransform, worker) {
      plan.kernels.winogradFilterGradient(plan.transforms, result(group), rowBlocks: rowBlocks)
    }
  }

  private func finishFused(_ group: Int, _ tiles: Range<Int>) {
    let units = plan.pool.share(of: plan.columns * plan.rowBlocks, worker: worker)
    let patch = workspace + worker * layout.floatsPerThread + layout.patch
    // The sums of a few rows are transformed while they are in the first-level cache; the multiplications take most of
    // the time.
    plan.pool.phase(.products, worker) {
      plan.kernels.winogradFilterGradient(
        plan.transforms, result(group),
        correlating: correlation(tiles, units: units, sums: patch), patch: patch)
    }
  }

  /// Adds the chunks' sums up, always in the same order.
  private func finishBias(_ group: Int) {
    guard plan.fusions.contains(.biasGradient), let bias = operands.biasGradient else { return }
    let channels = pass.destination.channels
    plan.pool.phase(.reduction, worker) {
      for channel in plan.pool.share(of: channels, grain: 16, worker: worker) {
        var sum: Float = 0
        for part in 0..<plan.blocking.parts {
          for chunk in 0..<WinogradGradientWorkspace.chunks { sum += biasSums(part, chunk)[channel] }
        }
        bias[group * channels + channel] = sum
      }
    }
  }
}
