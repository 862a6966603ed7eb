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
    for first in stride(from: 0, to: pass.source.channels, by: blocking.depthStep) {
      let depths = first..<min(first + blocking.depthStep, pass.source.channels)
      // Where U of the whole depth would begin.
      let transformed = view.filter - first * kernels.panelWidth
      pool.phase(.filterTransform, worker) {
        kernels.winogradFilter(
          pass.algorithm,
          WinogradFilter(slice.filter!, source: filter, destination: transformed, scratch: view.transpose),
          depths: depths)
      }
      pool.phase(.products, worker) {
        kernels.winogradProduct(
          WinogradProduct(
            slice.product, input: view.input, output: view.output, filter: transformed, panels: blocking.panels,
            units: 0..<pass.algorithm.positions, depths: depths, ahead: nil))
      }
    }
    transformOutput(operands, group, slice, view, firstTile: 0, tiles: 0..<pass.tiles, worker)
  }
}
