/// The algorithms that have transforms for the filter gradient, both with six points.
@frozen public enum WinogradGradientAlgorithm: Sendable, Hashable {
  case f4x3
  case f2x5

  /// The algorithm whose input transform it shares.
  @inlinable public var forward: WinogradAlgorithm {
    switch self {
    case .f4x3: .f4x3
    case .f2x5: .f2x5
    }
  }
}

/// The shape of the filter gradient's last transform.
@frozen public struct WinogradFilterGradientShape: Sendable {
  /// Floats from one position of dU to the next.
  public let positionStride: Int
  /// Partial sums, and floats from one to the next.
  public let parts: Int
  public let partStride: Int
  /// Input channels and output channels of the group.
  public let channels: Int
  public let outputs: Int
  /// Floats of the filter gradient from one tap and from one channel to the next.
  public let tapStride: Int
  public let rowStride: Int

  public init(
    positionStride: Int, parts: Int, partStride: Int, channels: Int, outputs: Int, tapStride: Int, rowStride: Int
  ) {
    self.positionStride = positionStride
    self.parts = parts
    self.partStride = partStride
    self.channels = channels
    self.outputs = outputs
    self.tapStride = tapStride
    self.rowStride = rowStride
  }
}

/// One run of the filter gradient's last transform.
@frozen public struct WinogradFilterGradient {
  @usableFromInline let shape: WinogradFilterGradientShape
  /// dU of the first part, [position][channels / rows][column][rows][2w].
  @usableFromInline let sums: Source
  /// Tap (0, 0), first channel of the group, of the filter gradient.
  @usableFromInline let destination: Destination

  public init(_ shape: WinogradFilterGradientShape, sums: Source, destination: Destination) {
    self.shape = shape
    self.sums = sums
    self.destination = destination
  }
}

extension WinogradKernels {
  /// dw = G^T dU G for `rowBlocks`, each of `winogradGradientRows` channels.
  @inlinable @inline(never)
  public static func winogradFilterGradient(
    _ algorithm: WinogradGradientAlgorithm, _ job: WinogradFilterGradient, rowBlocks: Range<Int>
  ) {
    let rows = winogradGradientRows
    let columns = panels(of: job.shape.outputs)
    let rowBlockStride = columns * rows * panelWidth
    for rowBlock in rowBlocks {
      let sums = job.sums + rowBlock * rowBlockStride
      let (stride, channel) = (job.shape.positionStride, rowBlock * rows)
      switch algorithm {
      case .f4x3: transformRows(F4x3.self, job, sums, stride, channel: channel, columns: 0..<columns)
      case .f2x5: transformRows(F2x5.self, job, sums, stride, channel: channel, columns: 0..<columns)
      }
    }
  }

  /// Correlation and last transform in one, where one block holds all tiles: the sums of one block of rows in one
  /// column block at all positions stay in the first-level cache, and no dU exists.
  /// - Parameter tiles: its units are one block of rows in one column block each, numbered column by column.
  /// - Parameter patch: room for positions x rows x 2w floats.
  @inlinable @inline(never)
  public static func winogradFilterGradient(
    _ algorithm: WinogradGradientAlgorithm, _ job: WinogradFilterGradient, correlating tiles: WinogradCorrelation,
    patch: Destination
  ) {
    let (shape, width, pitch, rows) = (tiles.shape, Lanes.count, panelWidth, winogradGradientRows)
    let rowBlocks = shape.channels.dividedRoundingUp(by: rows)
    for unit in tiles.units {
      let column = unit / rowBlocks
      let channel = (unit - column * rowBlocks) * rows
      let lanes = channel / width
      let input = tiles.input + (lanes * shape.input.rows * width + (channel - lanes * width))
      let gradient = tiles.outputGradient + column * shape.outputGradient.rows * pitch
      for position in 0..<algorithm.forward.positions {
        correlateTile(
          input + position * shape.input.positionStride, gradient + position * shape.outputGradient.positionStride,
          patch + position * rows * pitch, tiles: tiles.tiles, adds: false)
      }
      let columns = column..<column + 1
      switch algorithm {
      case .f4x3: transformRows(F4x3.self, job, patch, rows * pitch, channel: channel, columns: columns)
      case .f2x5: transformRows(F2x5.self, job, patch, rows * pitch, channel: channel, columns: columns)
      }
    }
  }

  /// The channels of one block of rows; the parts are added up while they are read.
  /// - Parameter sums: of the first of `columns`.
  @inlinable @inline(never)
  static func transformRows<T: WinogradGradientTransforms>(
    _: T.Type, _ job: WinogradFilterGradient, _ sums: Source, _ positionStride: Int, channel: Int, columns: Range<Int>
  ) {
    let (width, points, taps) = (Lanes.count, T.FilterGradient.Inputs.count, T.FilterGradient.Outputs.count)
    for row in 0..<min(winogradGradientRows, job.shape.channels - channel) {
      let destination = job.destination + (channel + row) * job.shape.rowStride
      for vector in (2 * columns.lowerBound)..<(2 * columns.upperBound) {
        let count = min(width, job.shape.outputs - vector * width)
        if count <= 0 { break }
        let column = (vector >> 1) - columns.lowerBound
        let source = sums + ((column * winogradGradientRows + row) * 2 + (vector & 1)) * width
        T.FilterGradient.applyTwice { i, j in
          let part = source + (i * points + j) * positionStride
          var sum = Lanes(load: part)
          for index in 1..<max(job.shape.parts, 1) { sum = sum + Lanes(load: part + index * job.shape.partStride) }
          return sum
        } _: { i, j, value in
          let tap = destination + ((i * taps + j) * job.shape.tapStride + vector * width)
          if count == width { value.store(to: tap) } else { value.store(to: tap, first: count) }
        }
      }
    }
  }
}
