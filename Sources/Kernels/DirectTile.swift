/// A register tile of the direct convolution: `Rows` output pixels x `Vectors` vectors of output channels.
///
/// For each tap and channel: load the vectors of the filter, broadcast one input value for each pixel, multiply and add.
@frozen @usableFromInline
struct DirectTile<Lanes: Vector, Vectors: UnrolledCount>: RowSpecialised {
  @usableFromInline let shared: UnsafePointer<DirectBlock>
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
    block: UnsafePointer<DirectBlock>, rows: UnsafePointer<Source>, kernelRows: Int, column: Int, filter: Source, output: Destination,
    lastLanes: Int, bias: Source?
  ) {
    shared = block
    self.rows = rows
    self.kernelRows = kernelRows
    self.column = column
    self.filter = filter
    self.output = output
    self.lastLanes = lastLanes
    self.bias = bias
  }

  @inlinable @inline(__always) var block: DirectBlock { shared.pointee }

  /// A function of its own: inlined fourteen times into one caller, some specialisations spill accumulators.
  @inlinable @inline(never)
  func run<Rows: UnrolledCount>(_: Rows.Type) {
    var sums = zeroAccumulators(Lanes.self)
    if let bias {
      Vectors.forEach { j in
        let start = load(bias, vector: j, partial: lastLanes < Lanes.count)
        Rows.forEach { i in sums[unchecked: i * Vectors.count + j] = start }
      }
    }
    var b = filter
    let pixelStep = block.pixelStep
    let length = block.segmentLength
    for row in 0..<kernelRows {
      var segment = rows[row] + column
      for _ in 0..<block.segments {
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
        segment += block.segmentStep
      }
    }
    if lastLanes == Lanes.count {
      finish(Rows.self, &sums, partial: false)
    } else {
      finish(Rows.self, &sums, partial: true)
    }
  }

  // MARK: Epilogue

  @inlinable @inline(__always)
  func finish<Rows: UnrolledCount>(_: Rows.Type, _ sums: inout Accumulators<Lanes>, partial: Bool) {
    let step = block.outputPixelStep
    let count = Vectors.count
    if let residual = block.residual {
      let source = residual + (UnsafePointer(output) - UnsafePointer(block.output))
      Rows.forEach { i in
        Vectors.forEach { j in
          sums[unchecked: i * count + j] =
            sums[unchecked: i * count + j] + load(source + i * step, vector: j, partial: partial)
        }
      }
    }
    if block.clampsBelow {
      Rows.forEach { i in
        Vectors.forEach { j in sums[unchecked: i * count + j] = sums[unchecked: i * count + j].maximum(Lanes.zero) }
      }
    }
    if block.clampsAbove {
      let bound = Lanes(relu6Bound)
      Rows.forEach { i in
        Vectors.forEach { j in sums[unchecked: i * count + j] = sums[unchecked: i * count + j].minimum(bound) }
      }
    }
    if let gate = block.gate {
      let source = gate + (UnsafePointer(output) - UnsafePointer(block.output))
      Rows.forEach { i in
        Vectors.forEach { j in
          sums[unchecked: i * count + j] =
            sums[unchecked: i * count + j].gated(by: load(source + i * step, vector: j, partial: partial))
        }
      }
    }
    Rows.forEach { i in
      Vectors.forEach { j in store(sums[unchecked: i * count + j], output + i * step, vector: j, partial: partial) }
    }
  }

  @inlinable @inline(__always)
  func load(_ source: Source, vector: Int, partial: Bool) -> Lanes {
    let p: Source = source + vector * Lanes.count
    return partial && vector == Vectors.count - 1 ? Lanes(load: p, first: lastLanes) : Lanes(load: p)
  }

  @inlinable @inline(__always)
  func store(_ value: Lanes, _ destination: Destination, vector: Int, partial: Bool) {
    let p: Destination = destination + vector * Lanes.count
    if partial && vector == Vectors.count - 1 { value.store(to: p, first: lastLanes) } else { value.store(to: p) }
  }
}
