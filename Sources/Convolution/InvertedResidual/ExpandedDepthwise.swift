import Kernels
import Tensors

/// A 1x1 convolution with a bias and an activation, and the depthwise convolution that alone reads it: the first two of
/// an inverted residual block, as a step with gradients computes them. The third has to wait for the statistics of the
/// second's output.
struct ExpandedDepthwise: Hashable, Sendable {
  let expansion: ConvolutionRequest
  let depthwise: ConvolutionProblem

  /// Nil unless the two are such a pair, with taps that reach at most one column beyond the image on either side, in
  /// both directions.
  init?(expansion: ConvolutionRequest, depthwise: ConvolutionRequest) {
    let (first, second) = (expansion.problem, depthwise.problem)
    guard first.isPointwise, first.groups == 1, !first.isFullyConnected, second.isDepthwise,
      second.outputChannelsPerGroup == 1, first.output == second.input, !second.isDilated, depthwise.epilogue == .none,
      expansion.epilogue.bias, !expansion.epilogue.residual
    else { return nil }
    let correlations = [.forward(second)] + Correlation.inputGradient(second)
    guard correlations.allSatisfy({ $0.left <= 1 && $0.right <= 1 }) else { return nil }
    self.expansion = expansion
    self.depthwise = second
  }

  var channels: Int { expansion.problem.input.channels }
  var expanded: ImageShape { depthwise.input }
  /// Floats of a row of the expanded image.
  var rowFloats: Int { expanded.width * expanded.channels }
}

/// How the output rows of a pair's images are dealt to workers. It follows from the problem alone, because each chunk's
/// gradients are summed by themselves.
struct ExpandedStrips: Sendable {
  /// Images, and output rows of each.
  let batch: Int
  let height: Int
  /// Each image is cut into so many parts.
  let parts: Int
  /// Parts that follow each other are summed into one partial result: so many of these.
  let chunks: Int
  /// Output rows of a strip: no more of them are in use at once.
  let rows: Int
  private let expandedHeight: Int
  private let stride: Int
  private let top: Int
  private let taps: Int

  /// Enough parts for an even share on a few workers.
  private static let enoughParts = 16
  /// Output rows of a part, of which a few expanded rows are computed twice.
  private static let leastRows = 8
  /// Partial results of all chunks together, in floats.
  private static let partialLimit = 2 << 20
  /// A strip's expanded rows, their gradients and a copy of these: 768 KiB, which with the filter stay in a second-level
  /// cache of 1 MiB.
  private static let stripFloats = 192 << 10

  init(_ pair: ExpandedDepthwise, partialFloats: Int) {
    batch = pair.depthwise.batch
    height = pair.depthwise.output.height
    parts = max(min(Self.enoughParts.dividedRoundingUp(by: batch), height / Self.leastRows), 1)
    chunks = min(batch * parts, max(Self.partialLimit / partialFloats, 1))
    expandedHeight = pair.expanded.height
    stride = pair.depthwise.stride.height
    top = pair.depthwise.padding.top
    taps = pair.depthwise.kernel.height
    let fitting = (Self.stripFloats / pair.rowFloats - taps) / (3 * stride)
    rows = min(max(fitting, 1), height)
  }

  /// The strips of a chunk, in order.
  func forEachStrip(of chunk: Int, _ body: (_ image: Int, _ rows: Range<Int>, _ isFirst: Bool) -> Void) {
    let units = batch * parts
    for unit in units * chunk / chunks..<units * (chunk + 1) / chunks {
      let (image, part) = unit.quotientAndRemainder(dividingBy: parts)
      let first = height * part / parts
      let strips = EvenTiles(height * (part + 1) / parts - first, limit: rows)
      for strip in 0..<strips.count {
        let start = first + strips.start(strip)
        body(image, start..<start + strips.rows(strip), strip == 0)
      }
    }
  }

  /// Expanded rows that output rows read; those outside the image are left out.
  func read(by outputs: Range<Int>) -> Range<Int> {
    let first = min(max(outputs.lowerBound * stride - top, 0), expandedHeight)
    return first..<max(first, min((outputs.upperBound - 1) * stride - top + taps, expandedHeight))
  }

  /// Expanded rows whose gradients go with output rows: each belongs to one strip.
  func owned(by outputs: Range<Int>) -> Range<Int> {
    func bound(_ row: Int) -> Int { row == height ? expandedHeight : min(row * stride, expandedHeight) }
    return bound(outputs.lowerBound)..<bound(outputs.upperBound)
  }

  /// The first row, perhaps above the image, that an output row reads.
  func firstRow(under row: Int) -> Int { row * stride - top }

  /// The most expanded rows that a strip owns, and that it owns or reads.
  var ownedRows: Int { min(max(rows * stride, expandedHeight - (height - rows) * stride), expandedHeight) }
  var ringRows: Int { min(ownedRows + taps, expandedHeight) }
}
