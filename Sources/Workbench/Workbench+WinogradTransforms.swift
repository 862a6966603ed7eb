import Convolution
import Kernels
import Tensors

/// Winograd's transforms, F(4x4,3x3): bound by memory, that is by the tensor that a transform reads or writes; V, M and
/// Z stay in the caches. On VGG16's conv1_2, which a max pool follows, and the filter on conv5_1.
extension Workbench {
  public static func winogradTransforms(batch: Int) -> [LayerKernel] {
    [
      LayerKernel(name: "winograd filter transform") { try $0.filterTransform(isRotated: false) },
      LayerKernel(name: "winograd filter transform, rotated") { try $0.filterTransform(isRotated: true) },
      LayerKernel(name: "winograd input transform") { try $0.inputTransform(batch, isPooled: false) },
      LayerKernel(name: "winograd input transform, pooled") { try $0.inputTransform(batch, isPooled: true) },
      LayerKernel(name: "winograd output transform") { try $0.outputTransform(batch, isPooled: false) },
      LayerKernel(name: "winograd output transform, pooled") { try $0.outputTransform(batch, isPooled: true) },
      LayerKernel(name: "winograd output gradient transform") { try $0.gradientTransform(batch, isPooled: false) },
      LayerKernel(name: "winograd output gradient transform, pooled") {
        try $0.gradientTransform(batch, isPooled: true)
      },
    ]
  }

  static let winograd = WinogradAlgorithm.f4x3
  private static let side = 224
  private static let channels = 64
  private static let tilesDown = side / 4

  private func filterTransform(isRotated: Bool) throws -> Job {
    let (channels, width) = (512, context.kernels.width)
    let filter = try values(9 * channels * channels)
    let transformed = try values(Self.winograd.positions * channels * channels)
    let scratch = try values(threads * 9 * width * width)
    let shape = WinogradFilterShape(
      tapStride: channels * channels, rowStride: channels, depth: channels, outputs: channels, isRotated: isRotated,
      depthStep: channels, columnsPerSlice: context.kernels.panels(of: channels), positionSkew: nil)
    return job(reads: filter.count, writes: transformed.count) { [context] in
      context.pool.run { worker in
        let depths = context.pool.share(of: channels, grain: width, worker: worker)
        context.kernels.winogradFilter(
          Self.winograd,
          WinogradFilter(
            shape, source: filter.base, destination: transformed.base,
            scratch: scratch.base + worker * 9 * width * width),
          depths: depths)
      }
    }
  }

  private func inputTransform(_ batch: Int, isPooled: Bool) throws -> Job {
    let (x, argmax) = try images(batch, isPooled: isPooled)
    let shape = shape(padding: 1, isPooled: isPooled)
    let zeros = try FloatBuffer(count: Self.channels)
    return try transform(batch, x, reads: x.count, readBytes: argmax?.byteCount ?? 0) {
      [context] places, scratch, _, tiles in
      let job = WinogradPatches(shape, places, zeros: zeros.base, scratch: scratch)
      if let argmax {
        context.kernels.winogradPooledInput(job, argmax: argmax.bytes, tiles: tiles)
      } else {
        context.kernels.winogradInput(Self.winograd, job, tiles: tiles)
      }
    }
  }

  private func gradientTransform(_ batch: Int, isPooled: Bool) throws -> Job {
    let (dy, argmax) = try images(batch, isPooled: isPooled)
    let shape = shape(padding: 0, isPooled: isPooled)
    let (zeros, sums) = (try FloatBuffer(count: Self.channels), try FloatBuffer(count: threads * Self.channels))
    return try transform(batch, dy, reads: dy.count, readBytes: argmax?.byteCount ?? 0) {
      [context] places, scratch, worker, tiles in
      let job = WinogradPatches(shape, places, zeros: zeros.base, scratch: scratch)
      let biasSums = sums.base + worker * Self.channels
      if let argmax {
        context.kernels.winogradPooledOutputGradient(job, argmax: argmax.bytes, biasSums: biasSums, tiles: tiles)
      } else {
        context.kernels.winogradOutputGradient(.f4x3, job, biasSums: biasSums, tiles: tiles)
      }
    }
  }

  private func outputTransform(_ batch: Int, isPooled: Bool) throws -> Job {
    let (y, argmax) = try images(batch, isPooled: isPooled)
    let shape = WinogradOutputShape(tiles: shape(padding: 0, isPooled: isPooled), bounds: 0...Float.infinity)
    let bias = try values(Self.channels)
    let nonTemporal = context.storesNonTemporally(y.count, channels: Self.channels)
    return try transform(batch, y, writes: y.count, writtenBytes: argmax?.byteCount ?? 0) {
      [context] places, _, _, tiles in
      let job = WinogradOutput(shape, places, bias: bias.base, nonTemporal: nonTemporal)
      if let argmax {
        context.kernels.winogradPooledOutput(job, argmax: argmax.bytes, tiles: tiles)
      } else {
        context.kernels.winogradOutput(Self.winograd, job, tiles: tiles)
      }
    }
  }

  /// Images of conv1_2, or what the pool leaves of them and which of four values won.
  private func images(_ batch: Int, isPooled: Bool) throws -> (FloatBuffer, Argmax?) {
    let side = isPooled ? Self.side / 2 : Self.side
    let count = batch * side * side * Self.channels
    return (try values(count), isPooled ? try Argmax(count: count) : nil)
  }

  private func shape(padding: Int, isPooled: Bool) -> WinogradTransformShape {
    let side = isPooled ? Self.side / 2 : Self.side
    return WinogradTransformShape(
      images: WinogradImageShape(height: side, width: side, channels: Self.channels, pixelStride: Self.channels),
      tiling: WinogradTiling(down: Self.tilesDown, across: Self.tilesDown, top: padding, left: padding), block: block)
  }

  private var block: WinogradBlockShape {
    WinogradBlockShape(tiles: context.kernels.winogradRows.upperBound, channels: Self.channels)
  }

  /// Calls `body` with the images and a block of the worker's own, its scratch, the worker, and the tiles, block by
  /// block of its share.
  private func transform(
    _ batch: Int, _ images: FloatBuffer, reads: Int = 0, readBytes: Int = 0, writes: Int = 0, writtenBytes: Int = 0,
    _ body: @escaping @Sendable (WinogradPlaces, UnsafeMutablePointer<Source>, Int, Range<Int>) -> Void
  ) throws -> Job {
    let rows = block.rows
    let floats = Self.winograd.positions * block.positionStride
    let blocks = try values(threads * floats)
    let pointers = try Memory(byteCount: threads * 64 * MemoryLayout<Source>.stride)
    return job(reads: reads, readBytes: readBytes, writes: writes, writtenBytes: writtenBytes) { [context] in
      context.pool.run { worker in
        let scratch = pointers.base.assumingMemoryBound(to: Source.self) + worker * 64
        let share = context.pool.share(of: batch * Self.tilesDown * Self.tilesDown, worker: worker)
        for first in stride(from: share.lowerBound, to: share.upperBound, by: rows) {
          let places = WinogradPlaces(images: images.base, block: blocks.base + worker * floats, firstTile: first)
          body(places, scratch, worker, first..<min(first + rows, share.upperBound))
        }
      }
    }
  }
}
