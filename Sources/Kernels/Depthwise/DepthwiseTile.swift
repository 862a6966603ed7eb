/// A register tile of the depthwise convolution: `Rows` output pixels x one vector of channels.
@frozen @usableFromInline
struct DepthwiseTile<Lanes: Vector>: RowSpecialised {
  @usableFromInline let shape: UnsafePointer<DepthwiseShape>
  @usableFromInline let sink: UnsafePointer<TileSink>
  /// Input rows of the line's kernel rows that lie inside the image.
  @usableFromInline let rows: UnsafePointer<Source>
  @usableFromInline let kernelRows: Int
  /// First pixel and channel of the tile, in input floats from the line's pixel 0.
  @usableFromInline let column: Int
  /// The first of these kernel rows' taps, at the tile's channels.
  @usableFromInline let filter: Source
  @usableFromInline let output: Destination
  /// Lanes that are channels.
  @usableFromInline let lanes: Int
  @usableFromInline let bias: Source?
  /// Whether the first pixel's first column, or the last one's last, lies outside the image.
  @usableFromInline let clipsLeft: Bool
  @usableFromInline let clipsRight: Bool

  @inlinable @inline(__always)
  init(
    shape: UnsafePointer<DepthwiseShape>, sink: UnsafePointer<TileSink>, rows: UnsafePointer<Source>, kernelRows: Int,
    column: Int, filter: Source, output: Destination, lanes: Int, bias: Source?, clipsLeft: Bool, clipsRight: Bool
  ) {
    self.shape = shape
    self.sink = sink
    self.rows = rows
    self.kernelRows = kernelRows
    self.column = column
    self.filter = filter
    self.output = output
    self.lanes = lanes
    self.bias = bias
    self.clipsLeft = clipsLeft
    self.clipsRight = clipsRight
  }

  @inlinable @inline(never)
  func run<Rows: UnrolledCount>(_: Rows.Type) {
    if lanes < Lanes.count {
      sumTaps(Rows.self, partial: true)
    } else if shape.pointee.taps == 3 && shape.pointee.lines.pixelStep == shape.pointee.tapStep {
      sumThreeTaps(Rows.self)
    } else {
      sumTaps(Rows.self, partial: false)
    }
  }

  /// Any kernel width and stride: one load for each multiply-add.
  @inlinable @inline(__always)
  func sumTaps<Rows: UnrolledCount>(_: Rows.Type, partial: Bool) {
    let shape = shape.pointee
    var sums = zeroAccumulators(Lanes.self)
    if let bias {
      let start = load(bias, partial: partial)
      Rows.forEach { i in sums[unchecked: i] = start }
    }
    var filterRow = filter
    let step = shape.lines.pixelStep
    for row in 0..<kernelRows {
      var a = rows[row] + column
      var tap = filterRow
      for index in 0..<shape.taps {
        let weight = load(tap, partial: partial)
        let (skipsFirst, skipsLast) = (clipsLeft && index == 0, clipsRight && index == shape.taps - 1)
        Rows.forEach { i in
          if (i == 0 && skipsFirst) || (i == Rows.count - 1 && skipsLast) { return }
          sums[unchecked: i] = sums[unchecked: i].adding(load(a + i * step, partial: partial), times: weight)
        }
        a += shape.tapStep
        tap += shape.filterTapStep
      }
      filterRow += shape.filterRowStep
    }
    TileEpilogue<Lanes, Count1>(sink: sink, output: output, lastLanes: lanes).finish(Rows.self, &sums)
  }

  /// Three taps, stride 1: each column is loaded once and goes into the three outputs that see it.
  @inlinable @inline(__always)
  func sumThreeTaps<Rows: UnrolledCount>(_: Rows.Type) {
    let shape = shape.pointee
    var sums = zeroAccumulators(Lanes.self)
    if let bias {
      let start = Lanes(load: bias)
      Rows.forEach { i in sums[unchecked: i] = start }
    }
    var filterRow = filter
    let step = shape.lines.pixelStep
    let last = Rows.count - 1
    for row in 0..<kernelRows {
      let a = rows[row] + column
      let w0 = Lanes(load: filterRow)
      let w1 = Lanes(load: filterRow + shape.filterTapStep)
      let w2 = Lanes(load: filterRow + 2 * shape.filterTapStep)
      Rows.forEach { j in
        let value = j == 0 && clipsLeft ? Lanes.zero : Lanes(load: a + j * step)
        sums[unchecked: j] = sums[unchecked: j].adding(value, times: w0)
        if j >= 1 { sums[unchecked: j - 1] = sums[unchecked: j - 1].adding(value, times: w1) }
        if j >= 2 { sums[unchecked: j - 2] = sums[unchecked: j - 2].adding(value, times: w2) }
      }
      let right = Lanes(load: a + Rows.count * step)
      sums[unchecked: last] = sums[unchecked: last].adding(right, times: w1)
      if last >= 1 { sums[unchecked: last - 1] = sums[unchecked: last - 1].adding(right, times: w2) }
      if !clipsRight {
        sums[unchecked: last] = sums[unchecked: last].adding(Lanes(load: a + (Rows.count + 1) * step), times: w2)
      }
      filterRow += shape.filterRowStep
    }
    TileEpilogue<Lanes, Count1>(sink: sink, output: output, lastLanes: lanes).finish(Rows.self, &sums)
  }

  @inlinable @inline(__always)
  func load(_ source: Source, partial: Bool) -> Lanes {
    partial ? Lanes(load: source, first: lanes) : Lanes(load: source)
  }
}
