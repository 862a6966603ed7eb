/// What the last transform of the filter gradient reads and writes.
@frozen public struct WinogradFilterGradient {
  /// dU of the first part, [position][channels / rows][column][rows][2w].
  public var sums: Source
  /// Floats from one position to the next.
  public var positionStride: Int
  /// Partial sums, and floats from one to the next.
  public var parts: Int
  public var partStride: Int
  /// Input channels and output channels of the group.
  public var channels: Int
  public var outputs: Int
  /// Tap (0, 0), first channel of the group, of the filter gradient.
  public var destination: Destination
  /// Floats from one tap and from one channel to the next.
  public var tapStride: Int
  public var rowStride: Int

  public init(
    sums: Source, positionStride: Int, parts: Int, partStride: Int, channels: Int, outputs: Int,
    destination: Destination, tapStride: Int,
    rowStride: Int
  ) {
    self.sums = sums
    self.positionStride = positionStride
    self.parts = parts
    self.partStride = partStride
    self.channels = channels
    self.outputs = outputs
    self.destination = destination
    self.tapStride = tapStride
    self.rowStride = rowStride
  }
}

extension WinogradKernels {
  /// dw = G^T dU G for `rowBlocks`, each of `winogradGradientRows` channels.
  @inlinable @inline(never)
  public static func winogradFilterGradient(
    _ algorithm: WinogradAlgorithm, _ job: WinogradFilterGradient, rowBlocks: Range<Int>
  ) {
    let (pitch, rows) = (2 * Lanes.count, winogradGradientRows)
    let columns = (job.outputs + pitch - 1) / pitch
    let rowBlockStride = columns * rows * pitch
    for rowBlock in rowBlocks {
      let sums = job.sums + rowBlock * rowBlockStride
      if algorithm == .f2x5 {
        transformRows(F2x5.self, job, sums, job.positionStride, channel: rowBlock * rows, columns: 0..<columns)
      } else {
        transformRows(F4x3.self, job, sums, job.positionStride, channel: rowBlock * rows, columns: 0..<columns)
      }
    }
  }

  /// Correlation and last transform in one, where one block holds all tiles: the sums of one block of rows in one
  /// column block at all positions stay in the first-level cache, and no dU exists.
  /// - Parameter tiles: its units are one block of rows in one column block each, numbered column by column.
  /// - Parameter patch: room for positions x rows x 2w floats.
  @inlinable @inline(never)
  public static func winogradFilterGradient(
    _ algorithm: WinogradAlgorithm, _ job: WinogradFilterGradient, correlating tiles: WinogradCorrelation,
    patch: Destination
  ) {
    let (width, pitch, rows) = (Lanes.count, 2 * Lanes.count, winogradGradientRows)
    let rowBlocks = (job.channels + rows - 1) / rows
    for unit in tiles.units {
      let column = unit / rowBlocks
      let channel = (unit - column * rowBlocks) * rows
      let lanes = channel / width
      let input = tiles.input.base + (lanes * tiles.input.rows * width + (channel - lanes * width))
      let gradient = tiles.outputGradient.base + column * tiles.outputGradient.rows * pitch
      for position in 0..<algorithm.positions {
        let (a, b) = (
          Source(input + position * tiles.input.positionStride),
          Source(gradient + position * tiles.outputGradient.positionStride)
        )
        let sums = patch + position * rows * pitch
        correlateTile(a, b, sums, tiles: tiles.tiles, adds: false)
      }
      if algorithm == .f2x5 {
        transformRows(F2x5.self, job, patch, rows * pitch, channel: channel, columns: column..<column + 1)
      } else {
        transformRows(F4x3.self, job, patch, rows * pitch, channel: channel, columns: column..<column + 1)
      }
    }
  }

  /// The channels of one block of rows; the parts are added up while they are read.
  /// - Parameter sums: of the first of `columns`.
  @inlinable @inline(__always)
  static func transformRows<T: WinogradGradientTransforms>(
    _: T.Type, _ job: WinogradFilterGradient, _ sums: Source, _ positionStride: Int, channel: Int, columns: Range<Int>
  ) {
    let (width, points, taps) = (Lanes.count, T.FilterGradient.Inputs.count, T.FilterGradient.Outputs.count)
    for row in 0..<min(winogradGradientRows, job.channels - channel) {
      let destination = job.destination + (channel + row) * job.rowStride
      for vector in (2 * columns.lowerBound)..<(2 * columns.upperBound) {
        let count = min(width, job.outputs - vector * width)
        if count <= 0 { break }
        let column = (vector >> 1) - columns.lowerBound
        let source = sums + ((column * winogradGradientRows + row) * 2 + (vector & 1)) * width
        T.FilterGradient.applyTwice { i, j in
          let part = source + (i * points + j) * positionStride
          var sum = Lanes(load: part)
          for index in 1..<max(job.parts, 1) { sum = sum + Lanes(load: part + index * job.partStride) }
          return sum
        } _: { i, j, value in
          let tap = destination + ((i * taps + j) * job.tapStride + vector * width)
          if count == width { value.store(to: tap) } else { value.store(to: tap, first: count) }
        }
      }
    }
  }
}
