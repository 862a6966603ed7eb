import CVector

/// The products of the filter gradient over one block of tiles: for each position, dU = or += V^T Z over the tiles.
@frozen public struct WinogradCorrelation {
  /// V, one panel: [position][channels / w][tiles][w].
  public var input: WinogradBlock
  /// Z, one panel: [position][columns][tiles][2w].
  public var outputGradient: WinogradBlock
  public var tiles: Int
  /// Input channels, and column blocks of 2w output channels.
  public var channels: Int
  public var columns: Int
  /// dU, [position][channels / rows][column][rows][2w], with `winogradGradientRows` rows.
  public var sums: Destination
  public var sumsPositionStride: Int
  /// Whether to add to what is there.
  public var adds: Bool
  /// The part to do, in units of one column block at one position, numbered position by position.
  public var units: Range<Int>
  /// What to fetch into the second-level cache meanwhile: one in the first half of the calls, one in the second.
  public var ahead: (input: WinogradAhead, outputGradient: WinogradAhead)

  public init(
    input: WinogradBlock, outputGradient: WinogradBlock, tiles: Int, channels: Int, columns: Int, sums: Destination,
    sumsPositionStride: Int, adds: Bool, units: Range<Int>, ahead: (input: WinogradAhead, outputGradient: WinogradAhead)
  ) {
    self.input = input
    self.outputGradient = outputGradient
    self.tiles = tiles
    self.channels = channels
    self.columns = columns
    self.sums = sums
    self.sumsPositionStride = sumsPositionStride
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
    let (width, pitch, rows) = (Lanes.count, 2 * Lanes.count, winogradGradientRows)
    let rowBlocks = (job.channels + rows - 1) / rows
    let calls = job.units.count * rowBlocks
    var inputs = WinogradPrefetch(job.ahead.input, calls: calls / 2, depth: 1, width: width)
    var gradients = WinogradPrefetch(job.ahead.outputGradient, calls: calls / 2, depth: 1, width: width)
    for unit in job.units {
      let position = unit / job.columns
      let column = unit - position * job.columns
      let input = Source(job.input.base + position * job.input.positionStride)
      let gradient = Source(
        job.outputGradient.base
          + (position * job.outputGradient.positionStride + column * job.outputGradient.rows * pitch))
      let sums = job.sums + (position * job.sumsPositionStride + column * rows * pitch)
      for block in 0..<rowBlocks {
        fetch(&inputs, otherwise: &gradients)
        let channel = block * rows
        let lanes = channel / width
        correlateTile(
          input + (lanes * job.input.rows * width + (channel - lanes * width)), gradient,
          sums + block * job.columns * rows * pitch, tiles: job.tiles, adds: job.adds)
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
