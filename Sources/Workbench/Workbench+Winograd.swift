import Convolution
import Kernels
import Tensors

/// F(4x4,3x3) taken apart: what the multiplications reach with everything in place, and what each transform reaches of
/// the memory that it streams.
extension Workbench {
  /// Bound by the multiply-add units: operations are counted as Winograd's own. With more channels than these the
  /// threads share blocks, and the filter comes from memory.
  public static let winogradProducts: [LayerKernel] = [64, 128, 256].map { channels in
    LayerKernel(name: "winograd products (\(channels) channels)") { try $0.products(channels) }
  }

  /// Bound by memory: the tensor that a transform reads or writes; V and M stay in the caches.
  public static func winogradTransforms(batch: Int) -> [LayerKernel] {
    [
      LayerKernel(name: "winograd input transform (vgg16 conv1_2)") { try $0.inputTransform(batch) },
      LayerKernel(name: "winograd output transform (vgg16 conv1_2)") { try $0.outputTransform(batch) },
    ]
  }

  private static let algorithm = WinogradAlgorithm.f4x3
  private static let side = 224
  private static let channels = 64
  private static let tilesDown = side / 4
  /// Tiles in a block: one panel of the register tile.
  private var tiles: Int { context.kernels.winogradRows.upperBound }

  /// V or M of a block: a few lines between positions, so that they do not share cache sets.
  private func block(_ base: Destination, channels: Int, firstTile: Int = 0) -> WinogradBlock {
    WinogradBlock(
      base, positionStride: positionStride(channels), rows: tiles, channels: channels, firstTile: firstTile)
  }
  private func positionStride(_ channels: Int) -> Int { tiles * channels + 80 }
  private func blockFloats(_ channels: Int) -> Int { Self.algorithm.positions * positionStride(channels) }

  private func products(_ channels: Int) throws -> Job {
    let (positions, pitch) = (Self.algorithm.positions, 2 * context.kernels.width)
    let (floats, columns) = (blockFloats(channels), channels / pitch)
    let (v, m) = (try values(threads * floats), try values(threads * floats))
    let filter = try values(positions * channels * channels)
    // Several milliseconds, beside which the start of a job is nothing.
    let repeats = 8 * (512 / channels) * (512 / channels)
    let flops = 2 * repeats * threads * positions * tiles * channels * channels
    return Job(flops: Double(flops)) { [self] in
      context.pool.run { worker in
        let nothing = WinogradAhead(v.base, rowStride: 0, rows: 0, rowFloats: 0)
        for _ in 0..<repeats {
          context.kernels.winogradProduct(
            WinogradProduct(
              input: self.block(v.base + worker * floats, channels: channels),
              output: self.block(m.base + worker * floats, channels: channels), panels: 1, filter: filter.base,
              filterPositionStride: channels * channels, depth: channels, depthStep: channels, columns: columns,
              units: 0..<positions * columns, ahead: nothing))
        }
      }
    }
  }

  private func inputTransform(_ batch: Int) throws -> Job {
    let floats = blockFloats(Self.channels)
    let (x, v, zeros) = (try images(batch), try values(threads * floats), try FloatBuffer(count: Self.channels))
    let pointers = try Memory(byteCount: threads * 64 * MemoryLayout<UnsafePointer<Float>>.stride)
    let tiling = WinogradTiling(down: Self.tilesDown, across: Self.tilesDown, top: 1, left: 1)
    return Job(read: Double(x.count * MemoryLayout<Float>.stride)) { [self] in
      forEachBlock(batch) { worker, tiles in
        let scratch = pointers.base.assumingMemoryBound(to: UnsafePointer<Float>.self) + worker * 64
        let block = block(v.base + worker * floats, channels: Self.channels, firstTile: tiles.lowerBound)
        context.kernels.winogradInput(
          Self.algorithm,
          WinogradInput(images: Self.view(x), tiling: tiling, block: block, zeros: zeros.base, scratch: scratch),
          tiles: tiles)
      }
    }
  }

  private func outputTransform(_ batch: Int) throws -> Job {
    let floats = blockFloats(Self.channels)
    let (y, m, bias) = (try images(batch), try values(threads * floats), try values(Self.channels))
    let tiling = WinogradTiling(down: Self.tilesDown, across: Self.tilesDown, top: 0, left: 0)
    let streams = context.streams(y.count, channels: Self.channels)
    return Job(written: Double(y.count * MemoryLayout<Float>.stride)) { [self] in
      forEachBlock(batch) { worker, tiles in
        let block = block(m.base + worker * floats, channels: Self.channels, firstTile: tiles.lowerBound)
        context.kernels.winogradOutput(
          Self.algorithm,
          WinogradOutput(
            images: Self.view(y), tiling: tiling, block: block, bias: bias.base, residual: nil, gate: nil,
            bounds: 0...Float.infinity, streams: streams),
          tiles: tiles)
      }
    }
  }

  private func images(_ batch: Int) throws -> FloatBuffer {
    try values(batch * Self.side * Self.side * Self.channels)
  }

  private static func view(_ images: FloatBuffer) -> WinogradImages {
    WinogradImages(images.base, height: side, width: side, pixelStride: channels, channels: channels)
  }

  /// Calls `body` with each worker and the blocks of its share of all tiles.
  private func forEachBlock(_ batch: Int, _ body: (Int, Range<Int>) -> Void) {
    context.pool.run { worker in
      let share = context.pool.share(of: batch * Self.tilesDown * Self.tilesDown, worker: worker)
      for first in stride(from: share.lowerBound, to: share.upperBound, by: tiles) {
        body(worker, first..<min(first + tiles, share.upperBound))
      }
    }
  }
}
