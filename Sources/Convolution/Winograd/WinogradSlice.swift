import Kernels
import Tensors

/// A slice of a pass's output channels, multiplied and transformed at a time: the shapes of its kernels, the same for
/// all blocks of tiles and all groups.
struct WinogradSlice {
  let firstChannel: Int
  let product: WinogradProductShape
  let output: WinogradOutputShape
  /// Where threads own column blocks: the transform of its part of the filter.
  let filter: WinogradFilterShape?

  /// The slices of a pass, in their order.
  ///
  /// - Parameters:
  ///   - input: the shape of V
  ///   - images: what is written, pooled or not
  static func all(
    _ pass: WinogradPass, _ blocking: WinogradBlocking, _ layout: WinogradWorkspace, input: WinogradBlockShape,
    images: WinogradImageShape, activation: Activation, kernels: any KernelSet.Type
  ) -> [WinogradSlice] {
    let (depth, pitch) = (pass.source.channels, kernels.panelWidth)
    return stride(from: 0, to: blocking.columns, by: blocking.columnsPerSlice).map { firstColumn in
      let columns = min(blocking.columnsPerSlice, blocking.columns - firstColumn)
      let firstChannel = firstColumn * pitch
      let channels = min(columns * pitch, images.channels - firstChannel)
      let block = WinogradBlockShape(
        positionStride: layout.outputPositionStride, rows: blocking.rows, channels: columns * pitch)
      let ownsColumns = blocking.division == .columns
      return WinogradSlice(
        firstChannel: firstChannel,
        product: WinogradProductShape(
          input: input, output: block,
          filterPositionStride: ownsColumns ? layout.filterPositionStride : depth * columns * pitch, depth: depth,
          depthStep: blocking.depthStep, columns: columns),
        output: WinogradOutputShape(
          tiles: WinogradTransformShape(
            images: WinogradImageShape(
              height: images.height, width: images.width, channels: channels, pixelStride: images.pixelStride),
            tiling: pass.tiling, block: block),
          bounds: activation.bounds),
        filter: ownsColumns
          ? pass.filterShape(
            blocking, outputs: channels, positionSkew: layout.filterPositionStride - depth * pitch) : nil)
    }
  }
}

extension WinogradPass {
  /// The transform of a group's filter for `outputs` of the channels that result.
  func filterShape(_ blocking: WinogradBlocking, outputs: Int, positionSkew: Int?) -> WinogradFilterShape {
    // The filter lies in memory as [tap][channel of the group][output channel of all groups].
    let (rows, rowStride) =
      isRotated ? (destination.channels, source.pixelStride) : (source.channels, destination.pixelStride)
    return WinogradFilterShape(
      tapStride: rows * rowStride, rowStride: rowStride, depth: source.channels, outputs: outputs,
      isRotated: isRotated, depthStep: blocking.depthStep, columnsPerSlice: blocking.columnsPerSlice,
      positionSkew: positionSkew)
  }

  /// Floats of the filter before a group's part for the output channels from `firstOutput` on.
  func filterOffset(_ group: Int, firstOutput: Int) -> Int {
    isRotated
      ? group * source.channels + firstOutput * source.pixelStride : group * destination.channels + firstOutput
  }
}
