import Kernels

extension WinogradPlan {
  /// Each thread transforms the filter, multiplies and transforms the outputs for one column block after the other, all
  /// tiles at a time: U of a column block stays in its caches.
  func runColumns(_ operands: ConvolutionOperands, _ view: WinogradWorkspace.View, _ worker: Int) {
    let tiles = 0..<pass.tiles
    for group in 0..<pass.groups {
      share(tiles, parts: 4, worker) { transformInput(operands, group, view, firstTile: 0, tiles: $0, worker) }
      pool.deal(slices.count, grain: 1, worker: worker) { columns in
        for column in columns { run(slices[column], group, operands, view, worker) }
      }
    }
  }

  private func run(
    _ slice: WinogradSlice, _ group: Int, _ operands: ConvolutionOperands, _ view: WinogradWorkspace.View,
    _ worker: Int
  ) {
    let filter = UnsafePointer(operands.filter) + pass.filterOffset(group, firstOutput: slice.firstChannel)
    pool.phase(.filterTransform, worker) {
      kernels.winogradFilter(
        pass.algorithm,
        WinogradFilter(slice.filter!, source: filter, destination: view.filter, scratch: view.transpose),
        depths: 0..<pass.source.channels)
    }
    pool.phase(.products, worker) {
      kernels.winogradProduct(
        WinogradProduct(
          slice.product, input: view.input, output: view.output, filter: view.filter, panels: blocking.panels,
          units: 0..<pass.algorithm.positions, ahead: nil))
    }
    transformOutput(operands, group, slice, view, firstTile: 0, tiles: 0..<pass.tiles, worker)
  }
}
