import Kernels

extension WinogradPlan {
  /// Each thread transforms the filter, multiplies and transforms the outputs for one column block after the other, all
  /// tiles at a time: U of a column block stays in its caches.
  func runColumns(_ operands: ConvolutionOperands, _ view: WinogradWorkspace.View, _ worker: Int) {
    let tiles = 0..<pass.tiles
    let input = inputBlock(view, firstTile: 0)
    for group in 0..<pass.groups {
      let source = pass.isRotated ? operands.output : operands.input
      transformInput(source, operands.winners, group, input, view, tiles: part(of: tiles, worker))
      pool.barrier()
      for column in pool.share(of: blocking.columns, worker: worker) {
        run(column, group, input, operands, view)
      }
      // The next group writes V again.
      if group + 1 < pass.groups { pool.barrier() }
    }
  }

  private func run(
    _ column: Int, _ group: Int, _ input: WinogradBlock, _ operands: ConvolutionOperands,
    _ view: WinogradWorkspace.View
  ) {
    let (depth, pitch) = (pass.source.channels, 2 * kernels.width)
    let channels = column * pitch..<min((column + 1) * pitch, pass.destination.channels)
    let filter = filterJob(
      UnsafePointer(operands.filter), group, outputs: channels, to: view.filter,
      positionSkew: layout.filterPositionStride - depth * pitch, scratch: view.transpose)
    kernels.winogradFilter(pass.algorithm, filter, depths: 0..<depth)
    let output = WinogradBlock(
      view.output, positionStride: layout.outputPositionStride, rows: blocking.rows, channels: pitch)
    kernels.winogradProduct(
      WinogradProduct(
        input: input, output: output, panels: blocking.panels, filter: view.filter,
        filterPositionStride: layout.filterPositionStride, depth: depth, depthStep: blocking.depthStep, columns: 1,
        units: 0..<pass.algorithm.positions, ahead: nil))
    transformOutput(
      operands, group, firstChannel: channels.lowerBound, block: output, view, tiles: 0..<pass.tiles)
  }
}
