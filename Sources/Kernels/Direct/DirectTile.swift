/// A register tile of the direct convolution: `Rows` output pixels x `Vectors` vectors of output channels.
///
/// For each tap and channel it loads the vectors of the filter, broadcasts one input value for each pixel, multiplies
/// and adds.
@frozen @usableFromInline
struct DirectTile<Lanes: Vector, Vectors: UnrolledCount>: RowSpecialised {
  @usableFromInline let shape: UnsafePointer<DirectShape>
  @usableFromInline let sink: UnsafePointer<TileSink>
  /// Input rows of the line's kernel rows that lie inside the image.
  @usableFromInline let rows: UnsafePointer<Source>
  @usableFromInline let kernelRows: Int
  /// First pixel of the tile, in input floats from the line's pixel 0.
  @usableFromInline let column: Int
  /// The panel's filter at the first kernel row inside the image.
  @usableFromInline let filter: Source
  @usableFromInline let output: Destination
  /// Lanes of the panel's last vector that are output channels.
  @usableFromInline let lastLanes: Int
  @usableFromInline let bias: Source?

  @inlinable @inline(__always)
  init(
    shape: UnsafePointer<DirectShape>, sink: UnsafePointer<TileSink>, rows: UnsafePointer<Source>, kernelRows: Int,
    column: Int, filter: Source, output: Destination, lastLanes: Int, bias: Source?
  ) {
    self.shape = shape
    self.sink = sink
    self.rows = rows
    self.kernelRows = kernelRows
    self.column = column
    self.filter = filter
    self.output = output
    self.lastLanes = lastLanes
    self.bias = bias
  }

  /// A function of its own: inlined fourteen times into one caller, some specialisations spill accumulators.
  @inlinable @inline(never)
  func run<Rows: UnrolledCount>(_: Rows.Type) {
    var sums = zeroAccumulators(Lanes.self)
    if let bias {
      Vectors.forEach { j in
        let isPartial = j == Vectors.count - 1 && lastLanes < Lanes.count
        let p: Source = bias + j * Lanes.count
        let start = isPartial ? Lanes(load: p, first: lastLanes) : Lanes(load: p)
        Rows.forEach { i in sums[unchecked: i * Vectors.count + j] = start }
      }
    }
    var b = filter
    let pixelStep = shape.pointee.lines.pixelStep
    let length = shape.pointee.segmentLength
    for row in 0..<kernelRows {
      var segment = rows[row] + column
      for _ in 0..<shape.pointee.segments {
        var a = segment
        for _ in 0..<length {
          let b0 = Lanes(load: b)
          let b1 = Vectors.count > 1 ? Lanes(load: b + Lanes.count) : b0
          Rows.forEach { i in
            let value = Lanes(a[i * pixelStep])
            let j = i * Vectors.count
            sums[unchecked: j] = sums[unchecked: j].adding(value, times: b0)
            if Vectors.count > 1 { sums[unchecked: j + 1] = sums[unchecked: j + 1].adding(value, times: b1) }
          }
          a += 1
          b += Vectors.count * Lanes.count
        }
        segment += shape.pointee.segmentStep
      }
    }
    TileEpilogue<Lanes, Vectors>(sink: sink, output: output, lastLanes: lastLanes).finish(Rows.self, &sums)
  }
}
