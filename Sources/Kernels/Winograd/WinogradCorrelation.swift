import CVector

/// The shape of the products of the filter gradient, dU = V^T Z over tiles at each position: the same for all blocks.
@frozen public struct WinogradCorrelationShape: Sendable {
  /// V, one panel: [position][channels / w][tiles][w].
  public let input: WinogradBlockShape
  /// Z, one panel: [position][columns][tiles][2w].
  public let outputGradient: WinogradBlockShape
  /// Input channels, and column blocks of 2w output channels.
  public let channels: Int
  public let columns: Int
  /// Floats from one position of dU to the next.
  public let sumsPositionStride: Int

  public init(
    input: WinogradBlockShape, outputGradient: WinogradBlockShape, channels: Int, columns: Int, sumsPositionStride: Int
  ) {
    self.input = input
    self.outputGradient = outputGradient
    self.channels = channels
    self.columns = columns
    self.sumsPositionStride = sumsPositionStride
  }
}

/// The products of one block of tiles, or a part of them.
@frozen public struct WinogradCorrelation {
  @usableFromInline let shape: WinogradCorrelationShape
  @usableFromInline let input: Source
  @usableFromInline let outputGradient: Source
  @usableFromInline let tiles: Int
  /// dU, [position][channels / rows][column][rows][2w], with `winogradGradientRows` rows.
  @usableFromInline let sums: Destination
  /// Whether to add to what is there.
  @usableFromInline let adds: Bool
  /// The part to do, in units of one column block at one position, numbered position by position.
  @usableFromInline let units: Range<Int>
  /// The memory to prefetch into the second-level cache meanwhile: the first in the first half of the calls, the other
  /// in the second half.
  @usableFromInline let ahead: (input: WinogradAhead, outputGradient: WinogradAhead)

  public init(
    _ shape: WinogradCorrelationShape, input: Source, outputGradient: Source, tiles: Int, sums: Destination, adds: Bool,
    units: Range<Int>, ahead: (input: WinogradAhead, outputGradient: WinogradAhead)
  ) {
    self.shape = shape
    self.input = input
    self.outputGradient = outputGradient
    self.tiles = tiles
    self.sums = sums
    self.adds = adds
    self.units = units
    self.ahead = ahead
  }
}

extension WinogradKernels {
  /// Input channels of the filter gradient's register tile.
  @inlinable @inline(__always) public static var winogradGradientRows: Int { Lanes.GradientRows.count }

  /// Correlates `job.units`.
  @inlinable @inline(never)
  public static func winogradCorrelation(_ job: WinogradCorrelation) {
    let (shape, width, pitch, rows) = (job.shape, Lanes.count, panelWidth, winogradGradientRows)
    let rowBlocks = shape.channels.dividedRoundingUp(by: rows)
    let calls = job.units.count * rowBlocks
    var inputs = WinogradPrefetch(job.ahead.input, calls: calls / 2, depth: 1, width: width)
    var gradients = WinogradPrefetch(job.ahead.outputGradient, calls: calls / 2, depth: 1, width: width)
    for unit in job.units {
      let position = unit / shape.columns
      let column = unit - position * shape.columns
      let input = job.input + position * shape.input.positionStride
      let gradient =
        job.outputGradient
        + (position * shape.outputGradient.positionStride + column * shape.outputGradient.rows * pitch)
      let sums = job.sums + (position * shape.sumsPositionStride + column * rows * pitch)
      for block in 0..<rowBlocks {
        fetch(&inputs, otherwise: &gradients)
        let channel = block * rows
        let lanes = channel / width
        correlateTile(
          input + (lanes * shape.input.rows * width + (channel - lanes * width)), gradient,
          sums + block * shape.columns * rows * pitch, tiles: job.tiles, adds: job.adds)
      }
    }
  }

  @inlinable @inline(__always)
  static func fetch(_ first: inout WinogradPrefetch, otherwise second: inout WinogradPrefetch) {
    var lines = first.next(depth: 1)
    if lines.count == 0 { lines = second.next(depth: 1) }
    lines.fetch()
  }

  /// sums[rows][2w] = or += input[tiles][w]^T x gradient[tiles][2w], for the first `winogradGradientRows` channels of a
  /// vector.
  @inlinable @inline(__always)
  static func correlateTile(_ input: Source, _ gradient: Source, _ result: Destination, tiles: Int, adds: Bool) {
    let width = Lanes.count
    var sums = zeroAccumulators(Lanes.self)
    var (input, gradient) = (input, gradient)
    if adds {
      Lanes.GradientRows.forEach { row in
        cvector_prefetch_l1(result + 2 * row * width)
        cvector_prefetch_l1(result + (2 * row + 1) * width)
      }
    }
    for _ in 0..<tiles {
      let (left, right) = (Lanes(load: gradient), Lanes(load: gradient + width))
      Lanes.GradientRows.forEach { row in
        let value = Lanes(input[row])
        sums[unchecked: 2 * row] = sums[unchecked: 2 * row].adding(value, times: left)
        sums[unchecked: 2 * row + 1] = sums[unchecked: 2 * row + 1].adding(value, times: right)
      }
      input += width
      gradient += 2 * width
    }
    Lanes.GradientRows.forEach { row in
      let (left, right) = (result + 2 * row * width, result + (2 * row + 1) * width)
      if adds {
        (sums[unchecked: 2 * row] + Lanes(load: left)).store(to: left)
        (sums[unchecked: 2 * row + 1] + Lanes(load: right)).store(to: right)
      } else {
        sums[unchecked: 2 * row].store(to: left)
        sums[unchecked: 2 * row + 1].store(to: right)
      }
    }
  }
}
