/// A register tile of the filter gradient: `Rows` taps and channels x `Vectors` vectors of output channels.
///
/// For each pixel: load the vectors of the output gradient, broadcast `Rows` consecutive input values, multiply and add.
@frozen @usableFromInline
struct DirectGradientTile<Lanes: Vector, Vectors: UnrolledCount>: RowSpecialised {
  @usableFromInline let shared: UnsafePointer<DirectGradientBlock>
  @usableFromInline let kernelRow: Int
  /// First tap and channel of the tile in its kernel row.
  @usableFromInline let column: Int
  /// The panel's output gradient.
  @usableFromInline let gradient: Source
  @usableFromInline let result: Destination
  /// Lanes of the panel's last vector that are output channels.
  @usableFromInline let lastLanes: Int

  @inlinable @inline(__always)
  init(
    block: UnsafePointer<DirectGradientBlock>, kernelRow: Int, column: Int, gradient: Source, result: Destination,
    lastLanes: Int
  ) {
    shared = block
    self.kernelRow = kernelRow
    self.column = column
    self.gradient = gradient
    self.result = result
    self.lastLanes = lastLanes
  }

  @inlinable @inline(never)
  func run<Rows: UnrolledCount>(_: Rows.Type) {
    let block = shared.pointee
    var sums = zeroAccumulators(Lanes.self)
    let pixelStep = block.pixelStep
    let width = block.width
    var line = gradient
    for y in block.lines {
      let row = y * block.strideHeight - block.top + kernelRow
      if row >= 0 && row < block.inputHeight {
        var a = block.rows[row - block.firstRow] + column
        var b = line
        for _ in 0..<width {
          let b0 = Lanes(load: b)
          let b1 = Vectors.count > 1 ? Lanes(load: b + Lanes.count) : b0
          Rows.forEach { i in
            let value = Lanes(a[i])
            let j = i * Vectors.count
            sums[unchecked: j] = sums[unchecked: j].adding(value, times: b0)
            if Vectors.count > 1 { sums[unchecked: j + 1] = sums[unchecked: j + 1].adding(value, times: b1) }
          }
          a += pixelStep
          b += Vectors.count * Lanes.count
        }
      }
      line += width * Vectors.count * Lanes.count
    }
    if lastLanes == Lanes.count {
      finish(Rows.self, &sums, block, partial: false)
    } else {
      finish(Rows.self, &sums, block, partial: true)
    }
  }

  @inlinable @inline(__always)
  func finish<Rows: UnrolledCount>(
    _: Rows.Type, _ sums: inout Accumulators<Lanes>, _ block: DirectGradientBlock, partial: Bool
  ) {
    let step = block.resultStep
    if block.accumulates {
      Rows.forEach { i in
        Vectors.forEach { j in
          let p: Destination = result + (i * step + j * Lanes.count)
          let isPartial = partial && j == Vectors.count - 1
          let before = isPartial ? Lanes(load: p, first: lastLanes) : Lanes(load: p)
          sums[unchecked: i * Vectors.count + j] = before + sums[unchecked: i * Vectors.count + j]
        }
      }
    }
    if block.streams {
      Rows.forEach { i in
        Vectors.forEach { j in
          sums[unchecked: i * Vectors.count + j].stream(to: result + (i * step + j * Lanes.count))
        }
      }
      return
    }
    Rows.forEach { i in
      Vectors.forEach { j in
        let p: Destination = result + (i * step + j * Lanes.count)
        let isPartial = partial && j == Vectors.count - 1
        let value = sums[unchecked: i * Vectors.count + j]
        if isPartial { value.store(to: p, first: lastLanes) } else { value.store(to: p) }
      }
    }
  }
}
