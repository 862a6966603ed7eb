import Kernels
import Tensors

extension WinogradPlan {
  /// V of one block of tiles.
  func inputBlock(_ view: WinogradWorkspace.View, firstTile: Int) -> WinogradBlock {
    WinogradBlock(
      view.input, positionStride: layout.inputPositionStride, rows: blocking.rows,
      channels: pass.source.channels.rounded(upTo: kernels.width), firstTile: firstTile)
  }

  var readsPooled: Bool { pass.isRotated && fusions.contains(.maxPool) }
  private var writesPooled: Bool { !pass.isRotated && fusions.contains(.maxPool) }

  /// What the pass reads.
  func source(_ operands: ConvolutionOperands) -> UnsafeMutablePointer<Float> {
    pass.isRotated ? operands.output : operands.input
  }

  func transformInput(
    _ operands: ConvolutionOperands, _ group: Int, _ block: WinogradBlock, _ view: WinogradWorkspace.View,
    tiles: Range<Int>
  ) {
    let side = readsPooled ? pass.source.pooled : pass.source
    let job = WinogradInput(
      images: side.images(source(operands), group: group), tiling: pass.tiling, block: block, zeros: view.zeros,
      scratch: view.pointers)
    if readsPooled {
      kernels.winogradPooledInput(job, argmax: operands.argmax! + group * side.channels, tiles: tiles)
    } else {
      kernels.winogradInput(pass.algorithm, job, tiles: tiles)
    }
  }

  func transformOutput(
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
      reluMask: fusions.contains(.reluBackward) ? operands.reluMask.map { $0 + offset } : nil,
      bounds: epilogue.activation.bounds, nonTemporal: storesNonTemporally(images))
    if writesPooled {
      kernels.winogradPooledOutput(job, argmax: operands.argmax.map { $0 + offset }, tiles: tiles)
    } else {
      kernels.winogradOutput(pass.algorithm, job, tiles: tiles)
    }
  }

  /// Outputs that no cache can hold until they are read again go by non-temporal stores, in whole cache lines.
  private func storesNonTemporally(_ images: WinogradImages) -> Bool {
    let bytes = pass.batch * images.height * images.width * images.pixelStride * MemoryLayout<Float>.stride
    let isAligned =
      kernels.width == 16 && images.pixelStride % 16 == 0 && Int(bitPattern: images.base) % 64 == 0
    return isAligned && !caches.keep(bytes)
  }
}
