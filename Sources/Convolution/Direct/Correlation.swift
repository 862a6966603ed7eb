import Tensors

/// What the direct kernels compute: a strided correlation of an image with a filter, written to a grid of pixels.
///
/// result[n, y, x, k] = sum over r, s, c of source[n, y u + r - top, x v + s - left, c] * filter[r, s, c, k].
///
/// The forward direction is one of them. The input gradient is one for each phase of the stride: pixels whose taps are
/// the same; each is a correlation of stride 1 with a subset of the taps, so no multiplication is wasted on the zeros
/// that a transposed convolution would insert.
struct Correlation: Sendable {
  var batch: Int
  var groups: Int
  /// The image that is read, channels of all groups.
  var source: ImageShape
  /// The grid that is computed, channels of all groups.
  var result: ImageShape
  /// Taps; 0 x 0 where no output went into these pixels: the result is zero.
  var kernel: ConvolutionProblem.Extent
  var stride: ConvolutionProblem.Extent
  /// May be negative: the first row or column that is read.
  var top: Int
  var left: Int

  // MARK: Where the grid lies, in floats

  var resultOffset = 0
  var resultPixelStep: Int
  var resultLineStep: Int
  var resultImageStep: Int
  var sourceImageStep: Int

  // MARK: Where the taps come from

  /// The filter's tap for the correlation's tap (r, s): `tapOrigin` + (r, s) * `tapStep`.
  var tapOrigin = ConvolutionProblem.Extent(0)
  var tapStep = ConvolutionProblem.Extent(1)
  /// Source and result channels change places.
  var transposesFilter = false
  /// Each channel has a kernel of its own: channel k of the result comes from channel k of the source. The channels
  /// count as one group, and the filter is read as it is.
  var isDepthwise = false

  /// The algorithm's name in results, whatever the direction.
  var algorithm: String { isDepthwise ? "depthwise" : "register tiles" }

  var channels: Int { source.channels / groups }
  var outputs: Int { result.channels / groups }
  /// Columns that the taps of one line span, and how many of them lie to the right of the image.
  var columns: Int { max((result.width - 1) * stride.width + kernel.width, 0) }
  var right: Int { columns - left - source.width }
  /// Whether few channels should follow each other without a gap from tap to tap.
  var needsRuns: Bool { channels < 16 && kernel.width > 1 && !isDepthwise }
  /// Length of the sum for one output.
  var depth: Int { kernel.height * kernel.width * channels }
}

extension Correlation {
  /// - Parameter flattensPixels: whether a pointwise one may be one of all pixels in one line
  static func forward(_ problem: ConvolutionProblem, flattensPixels: Bool = true) -> Correlation {
    let output = problem.output
    let correlation = Correlation(
      batch: problem.batch, groups: problem.groups, source: problem.input, result: output, kernel: problem.kernel,
      stride: problem.stride, top: problem.padding.top, left: problem.padding.left, resultPixelStep: output.channels,
      resultLineStep: output.width * output.channels, resultImageStep: output.count,
      sourceImageStep: problem.input.count)
    return correlation.simplified(problem, flattensPixels: flattensPixels)
  }

  /// The phases of the input gradient; those without pixels are left out.
  static func inputGradient(_ problem: ConvolutionProblem) -> [Correlation] {
    let input = problem.input
    var phases: [Correlation] = []
    for phaseY in 0..<problem.stride.height {
      let vertical = Phase(
        phaseY, size: input.height, kernel: problem.kernel.height, stride: problem.stride.height,
        padding: problem.padding.top)
      for phaseX in 0..<problem.stride.width {
        let horizontal = Phase(
          phaseX, size: input.width, kernel: problem.kernel.width, stride: problem.stride.width,
          padding: problem.padding.left)
        guard vertical.count > 0, horizontal.count > 0 else { continue }
        let hasTaps = vertical.taps > 0 && horizontal.taps > 0
        let phase = Correlation(
          batch: problem.batch, groups: problem.groups, source: problem.output,
          result: ImageShape(height: vertical.count, width: horizontal.count, channels: input.channels),
          kernel: hasTaps ? .init(vertical.taps, horizontal.taps) : .init(0), stride: .init(1),
          top: vertical.offset, left: horizontal.offset,
          resultOffset: (vertical.start * input.width + horizontal.start) * input.channels,
          resultPixelStep: problem.stride.width * input.channels,
          resultLineStep: problem.stride.height * input.width * input.channels, resultImageStep: input.count,
          sourceImageStep: problem.output.count, tapOrigin: .init(vertical.lastTap, horizontal.lastTap),
          tapStep: .init(-problem.stride.height, -problem.stride.width), transposesFilter: true)
        phases.append(phase.simplified(problem))
      }
    }
    return phases
  }

  private func simplified(_ problem: ConvolutionProblem, flattensPixels: Bool = true) -> Correlation {
    var simpler = flattensPixels && problem.isPointwise ? flattened : self
    if problem.isDepthwise && problem.outputChannelsPerGroup == 1 {
      simpler.isDepthwise = true
      simpler.groups = 1
    }
    return simpler
  }

  /// A pointwise correlation does not care where images and rows end: all pixels as one line.
  private var flattened: Correlation {
    var flat = self
    let pixels = batch * result.height * result.width
    flat.batch = 1
    (flat.source.height, flat.source.width) = (1, pixels)
    (flat.result.height, flat.result.width) = (1, pixels)
    return flat
  }
}

/// One phase of the input gradient in one dimension: input pixels i with (i + padding) mod stride = phase.
///
/// Pixel i = t stride + phase - padding gets output t - j through tap phase + j stride, for j in 0 ..< `taps`.
private struct Phase {
  /// First input pixel.
  let start: Int
  /// Input pixels.
  let count: Int
  /// Kernel taps that reach them.
  let taps: Int
  /// The correlation's padding: its first source pixel is -`offset`.
  let offset: Int
  /// The filter's tap for the correlation's first.
  let lastTap: Int

  init(_ phase: Int, size: Int, kernel: Int, stride: Int, padding: Int) {
    let first = max(0, (padding - phase + stride - 1) / stride)
    start = first * stride + phase - padding
    count = start < size ? (size - 1 - start) / stride + 1 : 0
    taps = phase < kernel ? (kernel - 1 - phase) / stride + 1 : 0
    offset = taps - 1 - first
    lastTap = phase + (taps - 1) * stride
  }
}
