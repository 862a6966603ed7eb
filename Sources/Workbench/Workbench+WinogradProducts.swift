import Convolution
import Kernels
import Tensors

/// What Winograd multiplies: bound by the multiply-add units, operations counted as Winograd's own.
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
    let (positions, pitch) = (Self.winograd.positions, 2 * context.kernels.width)
    let (tiles, columns) = (context.kernels.winogradRows.upperBound, channels / pitch)
    let floats = winogradBlockFloats(tiles, channels)
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
              input: winogradBlock(v.base + worker * floats, tiles, channels),
              output: winogradBlock(m.base + worker * floats, tiles, channels), panels: 1, filter: filter.base,
              filterPositionStride: channels * channels, depth: channels, depthStep: channels, columns: columns,
              units: 0..<positions * columns, ahead: nothing))
        }
      }
    }
  }

  private func correlation(_ channels: Int) throws -> Job {
    // As many tiles as the filter gradient takes at a time.
    let (positions, tiles, columns) = (Self.winograd.positions, 28, channels / (2 * context.kernels.width))
    let floats = winogradBlockFloats(tiles, channels)
    let (v, z) = (try values(threads * floats), try values(threads * floats))
    let sums = try values(threads * positions * channels * channels)
    let repeats = 256
    let flops = 2 * repeats * threads * positions * tiles * channels * channels
    return Job(flops: Double(flops)) { [self] in
      context.pool.run { worker in
        let nothing = WinogradAhead(v.base, rowStride: 0, rows: 0, rowFloats: 0)
        for step in 0..<repeats {
          context.kernels.winogradCorrelation(
            WinogradCorrelation(
              input: winogradBlock(v.base + worker * floats, tiles, channels),
              outputGradient: winogradBlock(z.base + worker * floats, tiles, channels), tiles: tiles,
              channels: channels, columns: columns, sums: sums.base + worker * positions * channels * channels,
              sumsPositionStride: channels * channels, adds: step > 0, units: 0..<positions * columns,
              ahead: (nothing, nothing)))
        }
      }
    }
  }
}
