import CVector

/// The shape of the multiplications of one slice of output channels, M = V U at each position: the same for all blocks
/// of tiles.
@frozen public struct WinogradProductShape: Sendable {
  /// V, [position][panel][depth / w][rows][w].
  public let input: WinogradBlockShape
  /// M, [position][panel][columns][rows][2w].
  public let output: WinogradBlockShape
  /// Floats from one position of U to the next.
  public let filterPositionStride: Int
  /// Input channels, and how many of them a pass of the accumulators covers: a multiple of w.
  public let depth: Int
  public let depthStep: Int
  /// Column blocks of 2w output channels.
  public let columns: Int

  public init(
    input: WinogradBlockShape, output: WinogradBlockShape, filterPositionStride: Int, depth: Int, depthStep: Int,
    columns: Int
  ) {
    self.input = input
    self.output = output
    self.filterPositionStride = filterPositionStride
    self.depth = depth
    self.depthStep = depthStep
    self.columns = columns
  }
}

/// The multiplications of one block of tiles, or a part of them.
@frozen public struct WinogradProduct {
  @usableFromInline let shape: WinogradProductShape
  @usableFromInline let input: Source
  @usableFromInline let output: Destination
  /// U of the slice, [position][depth / depthStep][column][depthStep][2w]. Where only `depths` are in memory, the place
  /// at which the whole would begin.
  @usableFromInline let filter: Source
  /// Panels of tiles in the block.
  @usableFromInline let panels: Int
  /// The part to do, in units of one column block at one position, numbered position by position.
  @usableFromInline let units: Range<Int>
  /// The part of the depth to sum over, from one pass of the accumulators to another. What is not the first part is
  /// added to M.
  @usableFromInline let depths: Range<Int>
  /// The memory to prefetch into the second-level cache meanwhile; nil for the filter's next panel and V of the next
  /// position.
  @usableFromInline let ahead: WinogradAhead?

  public init(
    _ shape: WinogradProductShape, input: Source, output: Destination, filter: Source, panels: Int, units: Range<Int>,
    depths: Range<Int>? = nil, ahead: WinogradAhead?
  ) {
    self.shape = shape
    self.input = input
    self.output = output
    self.filter = filter
    self.panels = panels
    self.units = units
    self.depths = depths ?? 0..<shape.depth
    self.ahead = ahead
  }
}

extension WinogradKernels {
  /// Multiplies `job.units`. Source: Goto & van de Geijn 2008 for the shape of the loops.
  @inlinable @inline(never)
  public static func winogradProduct(_ job: WinogradProduct) {
    if Lanes.tileRows > 6 {
      switch job.shape.input.rows {
      case ...4: multiply(Count4.self, job)
      case 5: multiply(Count5.self, job)
      case 6: multiply(Count6.self, job)
      case 7: multiply(Count7.self, job)
      case 8: multiply(Count8.self, job)
      case 9: multiply(Count9.self, job)
      case 10: multiply(Count10.self, job)
      case 11: multiply(Count11.self, job)
      case 12: multiply(Count12.self, job)
      case 13: multiply(Count13.self, job)
      default: multiply(Count14.self, job)
      }
    } else {
      switch job.shape.input.rows {
      case ...2: multiply(Count2.self, job)
      case 3: multiply(Count3.self, job)
      case 4: multiply(Count4.self, job)
      case 5: multiply(Count5.self, job)
      default: multiply(Count6.self, job)
      }
    }
  }

  /// The rows, tiles in a panel, that `winogradProduct` has kernels for: fewer tiles are padded to the least.
  public static var winogradRows: ClosedRange<Int> { Lanes.tileRows > 6 ? 4...14 : 2...6 }

  @inlinable @inline(never)
  static func multiply<Rows: UnrolledCount>(_: Rows.Type, _ job: WinogradProduct) {
    let (shape, pitch) = (job.shape, panelWidth)
    let passes = shape.depth.dividedRoundingUp(by: shape.depthStep)
    var prefetch =
      if let ahead = job.ahead {
        WinogradPrefetch(
          ahead, calls: job.units.count * passes * job.panels, depth: min(shape.depthStep, shape.depth),
          width: Lanes.count)
      } else {
        WinogradPrefetch(panels: job.panels, width: Lanes.count)
      }
    let firstPosition = job.units.lowerBound / shape.columns
    let endPosition = job.units.upperBound.dividedRoundingUp(by: shape.columns)
    for position in firstPosition..<endPosition {
      let first = max(job.units.lowerBound - position * shape.columns, 0)
      let end = min(job.units.upperBound - position * shape.columns, shape.columns)
      let input = job.input + position * shape.input.positionStride
      let output = job.output + position * shape.output.positionStride
      // V of the next position comes from the last-level cache, where the filter's panels have driven it to: a part of
      // it during each column (12 % of conv4_2, batch 16).
      let inputLines =
        job.ahead == nil ? (Rows.count * Lanes.count / 16).dividedRoundingUp(by: end - first) : 0
      var channel = job.depths.lowerBound
      while channel < job.depths.upperBound {
        let depth = min(shape.depthStep, job.depths.upperBound - channel)
        var filter =
          job.filter + (position * shape.filterPositionStride + (channel * shape.columns + first * depth) * pitch)
        for column in first..<end {
          for panel in 0..<job.panels {
            let tile = input + (panel * shape.input.channels + channel) * Rows.count
            let nextInput =
              tile + (shape.input.positionStride + (column - first) * inputLines * depth / Lanes.count * 16)
            multiplyTile(
              Rows.self, tile, filter, output + (panel * shape.columns + column) * Rows.count * pitch, depth: depth,
              adds: channel > 0,
              prefetching: (
                prefetch.next(filter: filter + depth * pitch, panel: panel, depth: depth),
                WinogradLines(from: nextInput, count: inputLines)
              ))
          }
          filter += depth * pitch
        }
        channel += depth
      }
    }
  }

  /// output[Rows][2w] = or += input[depth / w][Rows][w] x filter[depth][2w]; fetches lines before every w steps of the
  /// depth.
  @inlinable @inline(__always)
  static func multiplyTile<Rows: UnrolledCount>(
    _: Rows.Type, _ input: Source, _ filter: Source, _ output: Destination, depth: Int, adds: Bool,
    prefetching lines: (WinogradLines, WinogradLines)
  ) {
    let width = Lanes.count
    var sums = zeroAccumulators(Lanes.self)
    var (input, filter, lines) = (input, filter, lines)
    var remaining = depth
    while remaining > 0 {
      lines.0.fetch()
      lines.1.fetch()
      let steps = min(width, remaining)
      for _ in 0..<steps {
        let (left, right) = (Lanes(load: filter), Lanes(load: filter + width))
        Rows.forEach { row in
          let value = Lanes(input[row * width])
          sums[unchecked: 2 * row] = sums[unchecked: 2 * row].adding(value, times: left)
          sums[unchecked: 2 * row + 1] = sums[unchecked: 2 * row + 1].adding(value, times: right)
        }
        input += 1
        filter += 2 * width
      }
      input += Rows.count * width - steps
      remaining -= steps
    }
    Rows.forEach { row in
      let (left, right) = (output + 2 * row * width, output + (2 * row + 1) * width)
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
