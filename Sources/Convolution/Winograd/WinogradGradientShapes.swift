import Kernels
import Tensors

/// The shapes of a filter gradient's kernels, the same for all blocks and groups.
struct WinogradGradientShapes {
  let input: WinogradTransformShape
  /// Its images are the pooled ones where a pool is fused.
  let outputGradient: WinogradTransformShape
  let correlation: WinogradCorrelationShape
  let result: WinogradFilterGradientShape

  init(
    _ pass: WinogradPass, _ blocking: WinogradGradientBlocking, _ layout: WinogradGradientWorkspace, isPooled: Bool,
    columns: Int, kernels: any KernelSet.Type
  ) {
    input = WinogradTransformShape(
      images: pass.source, tiling: pass.tiling,
      block: WinogradBlockShape(
        positionStride: layout.inputPositionStride, rows: blocking.tilesPerBlock,
        channels: pass.source.channels.rounded(upTo: kernels.width)))
    outputGradient = WinogradTransformShape(
      images: isPooled ? pass.destination.pooled : pass.destination, tiling: pass.tiling,
      block: WinogradBlockShape(
        positionStride: layout.outputPositionStride, rows: blocking.tilesPerBlock,
        channels: columns * kernels.panelWidth))
    correlation = WinogradCorrelationShape(
      input: input.block, outputGradient: outputGradient.block, channels: pass.source.channels, columns: columns,
      sumsPositionStride: layout.sumsPositionStride)
    result = WinogradFilterGradientShape(
      positionStride: layout.sumsPositionStride, parts: blocking.parts, partStride: layout.floatsPerPart,
      channels: pass.source.channels, outputs: pass.destination.channels,
      tapStride: pass.source.channels * pass.destination.pixelStride, rowStride: pass.destination.pixelStride)
  }
}
