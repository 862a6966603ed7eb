import Kernels

extension WinogradPlan {
  var readsPooled: Bool { pass.isRotated && fusions.contains(.maxPool) }
  private var writesPooled: Bool { !pass.isRotated && fusions.contains(.maxPool) }

  /// The tensor that the pass reads.
  func source(_ operands: ConvolutionOperands) -> UnsafeMutablePointer<Float> {
    pass.isRotated ? operands.output : operands.input
  }

  /// Transforms `tiles`, some of a block's, to V.
  func transformInput(
    _ operands: ConvolutionOperands, _ group: Int, _ view: WinogradWorkspace.View, firstTile: Int, tiles: Range<Int>,
    _ worker: Int
  ) {
    let firstChannel = group * pass.source.channels
    let job = WinogradPatches(
      inputShape,
      WinogradPlaces(images: source(operands) + firstChannel, block: view.input, firstTile: firstTile),
      zeros: view.zeros, scratch: view.pointers)
    pool.phase(.inputTransform, worker) {
      if readsPooled {
        kernels.winogradPooledInput(job, argmax: operands.argmax! + firstChannel, tiles: tiles)
      } else {
        kernels.winogradInput(pass.algorithm, job, tiles: tiles)
      }
    }
  }

  /// Transforms M of a slice, for `tiles`, some of a block's, to outputs.
  func transformOutput(
    _ operands: ConvolutionOperands, _ group: Int, _ slice: WinogradSlice, _ view: WinogradWorkspace.View,
    firstTile: Int, tiles: Range<Int>, _ worker: Int
  ) {
    let offset = group * pass.destination.channels + slice.firstChannel
    let images = (pass.isRotated ? operands.input : operands.output) + offset
    let job = WinogradOutput(
      slice.output, WinogradPlaces(images: images, block: view.output, firstTile: firstTile),
      bias: view.bias + (group * layout.biasPerGroup + slice.firstChannel),
      residual: epilogue.residual ? operands.residual.map { $0 + offset } : nil,
      reluMask: fusions.contains(.reluBackward) ? operands.reluMask.map { $0 + offset } : nil,
      nonTemporal: storesNonTemporally && CachePolicy.isAligned(images))
    pool.phase(.outputTransform, worker) {
      if writesPooled {
        kernels.winogradPooledOutput(job, argmax: operands.argmax.map { $0 + offset }, tiles: tiles)
      } else {
        kernels.winogradOutput(pass.algorithm, job, tiles: tiles)
      }
    }
  }
}
