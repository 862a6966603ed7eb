import Convolution
import Kernels
import Tensors

/// The multiplications of Winograd. They are bound by the multiply-add units; operations are counted as Winograd's own.
extension Workbench {
  public static let winogradProducts: [LayerKernel] =
    [64, 128, 256].map { channels in
      // With more channels than these the threads share blocks, and the filter comes from memory.
      LayerKernel(name: "winograd products (\(channels) channels)") { try $0.products(channels) }
    } + [
      // With more channels than these the sums do not fit the second-level cache.
      LayerKernel(name: "winograd correlation, filter gradient (64 channels)") { try $0.correlation(64) }
    ]

  private func products(_ channels: Int) throws -> Job {
    let positions = Self.winograd.positions
    let (tiles, columns) = (context.kernels.winogradRows.upperBound, context.kernels.panels(of: channels))
    let block = WinogradBlockShape(tiles: tiles, channels: channels)
    let shape = WinogradProductShape(
      input: block, output: block, filterPositionStride: channels * channels, depth: channels, depthStep: channels,
      columns: columns)
    let floats = positions * block.positionStride
    let (v, m) = (try values(threads * floats), try values(threads * floats))
    let filter = try values(positions * channels * channels)
    // Several milliseconds, beside which the start of a job is nothing.
    let repeats = 8 * (512 / channels) * (512 / channels)
    let flops = 2 * repeats * threads * positions * tiles * channels * channels
    return Job(flops: Double(flops)) { [context] in
      context.pool.run { worker in
        let product = WinogradProduct(
          shape, input: v.base + worker * floats, output: m.base + worker * floats, filter: filter.base, panels: 1,
          units: 0..<positions * columns, ahead: WinogradAhead(v.base, rowStride: 0, rows: 0, rowFloats: 0))
        for _ in 0..<repeats { context.kernels.winogradProduct(product) }
      }
    }
  }

  private func correlation(_ channels: Int) throws -> Job {
    // As many tiles as the filter gradient takes at a time.
    let (positions, tiles, columns) = (Self.winograd.positions, 28, context.kernels.panels(of: channels))
    let block = WinogradBlockShape(tiles: tiles, channels: channels)
    let shape = WinogradCorrelationShape(
      input: block, outputGradient: block, channels: channels, columns: columns,
      sumsPositionStride: channels * channels)
    let floats = positions * block.positionStride
    let (v, z) = (try values(threads * floats), try values(threads * floats))
    let sums = try values(threads * positions * channels * channels)
    let repeats = 256
    let flops = 2 * repeats * threads * positions * tiles * channels * channels
    return Job(flops: Double(flops)) { [context] in
      context.pool.run { worker in
        let nothing = WinogradAhead(v.base, rowStride: 0, rows: 0, rowFloats: 0)
        for step in 0..<repeats {
          context.kernels.winogradCorrelation(
            WinogradCorrelation(
              shape, input: v.base + worker * floats, outputGradient: z.base + worker * floats, tiles: tiles,
              sums: sums.base + worker * positions * channels * channels, adds: step > 0,
              units: 0..<positions * columns, ahead: (nothing, nothing)))
        }
      }
    }
  }
}

extension WinogradBlockShape {
  /// V, M or Z of one panel of tiles: a few lines between positions, so that they do not share cache sets.
  init(tiles: Int, channels: Int) {
    self.init(positionStride: tiles * channels + 80, rows: tiles, channels: channels)
  }
}
