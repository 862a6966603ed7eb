import Kernels
import Terms

/// The convolution that a plan computes: forward, or the input gradient, which is the same with the filter rotated and
/// its channels exchanged.
struct WinogradPass {
  let algorithm: WinogradAlgorithm
  let batch: Int
  let groups: Int
  /// The images that are read and those that are written. Their channels are those of one group; a pixel holds the
  /// channels of all groups.
  let source: WinogradImageShape
  let destination: WinogradImageShape
  let tiling: WinogradTiling
  let isRotated: Bool

  /// - Parameter crossesImages: whether tiles may cover several images where that makes fewer of them.
  init(
    _ problem: ConvolutionProblem, _ direction: Direction, _ algorithm: WinogradAlgorithm, crossesImages: Bool
  ) {
    let (input, output, padding) = (problem.input, problem.output, problem.padding)
    let inputSide = WinogradImageShape(
      height: input.height, width: input.width, channels: problem.channelsPerGroup, pixelStride: input.channels)
    let outputSide = WinogradImageShape(
      height: output.height, width: output.width, channels: problem.outputChannelsPerGroup,
      pixelStride: output.channels)
    self.algorithm = algorithm
    batch = problem.batch
    groups = problem.groups
    isRotated = direction == .inputGradient
    (source, destination) = isRotated ? (outputSide, inputSide) : (inputSide, outputSide)
    // dX[y] sums dY[y + top - r] w[r]: over the rotated taps r' = taps - 1 - r that is a padding of taps - 1 - top.
    let overlap = algorithm.taps - 1
    let size = algorithm.outputs
    tiling = WinogradTiling(
      of: source, into: destination, size: size, overlap: overlap,
      top: isRotated ? overlap - padding.top : padding.top, left: isRotated ? overlap - padding.left : padding.left,
      batch: crossesImages ? batch : 1)
  }

  var tiles: Int { batch / (tiling.imagesDown * tiling.imagesAcross) * tiling.down * tiling.across }

  /// The rows of the source, pooled or not, that `tiles` read, to be fetched ahead.
  func rows(under tiles: Range<Int>, of base: UnsafePointer<Float>, isPooled: Bool = false) -> WinogradAhead {
    let size = algorithm.outputs
    return isPooled
      ? source.pooled.rows(under: tiles, of: base, batch: batch, tiling, size: size / 2, overlap: 2)
      : source.rows(under: tiles, of: base, batch: batch, tiling, size: size, overlap: algorithm.taps - 1)
  }
}

extension WinogradImageShape {
  /// The same images behind a 2x2 max pool.
  var pooled: WinogradImageShape {
    WinogradImageShape(height: height / 2, width: width / 2, channels: channels, pixelStride: pixelStride)
  }

  /// The rows that patches of size + overlap pixels, `size` apart, cover. No rows for no tiles,
  /// nor for mosaics: their images are small, and the caches keep them.
  func rows(
    under tiles: Range<Int>, of base: UnsafePointer<Float>, batch: Int, _ tiling: WinogradTiling, size: Int,
    overlap: Int
  ) -> WinogradAhead {
    let isMosaic = tiling.imagesDown * tiling.imagesAcross > 1
    guard !tiles.isEmpty, !isMosaic else { return WinogradAhead(base, rowStride: 0, rows: 0, rowFloats: 0) }
    let perImage = tiling.down * tiling.across
    let (image, rest) = tiles.lowerBound.quotientAndRemainder(dividingBy: perImage)
    let (down, across) = rest.quotientAndRemainder(dividingBy: tiling.across)
    let tileRows = (across + tiles.count).dividedRoundingUp(by: tiling.across)
    let y = min(max(down * size - tiling.top, 0), height - 1)
    let x = tileRows > 1 ? 0 : min(max(across * size - tiling.left, 0), width - 1)
    let columns = tileRows > 1 ? width : min(tiles.count * size + overlap, width - x)
    let rows = min(tileRows * size + overlap, (batch - image) * height - y)
    return WinogradAhead(
      base + ((image * height + y) * width + x) * pixelStride, rowStride: width * pixelStride, rows: rows,
      rowFloats: columns * pixelStride)
  }
}
