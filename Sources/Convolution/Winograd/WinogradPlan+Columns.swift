import Kernels

extension WinogradPlan {
  /// Each thread transforms the filter, multiplies and transforms the outputs for one column block after the other, all
  /// tiles at a time: U of a column block stays in its caches.
  func runColumns(_ operands: ConvolutionOperands, _ view: WinogradWorkspace.View, _ worker: Int) {
    let input = inputBlock(view, firstTile: 0)
    for group in 0..<pass.groups {
      share(0..<pass.tiles, parts: 4, worker) { tiles in transformInput(operands, group, input, view, tiles: tiles) }
      pool.deal(blocking.columns, grain: 1, worker: worker) { columns in
        for column in columns { run(column, group, input, operands, view) }
      }
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
