/// A register tile of the filter gradient: `Rows` taps and channels x `Vectors` vectors of output channels.
///
/// For each pixel it loads the vectors of the output gradient, broadcasts `Rows` consecutive input values, multiplies
/// and adds.
@frozen @usableFromInline
struct DirectGradientTile<Lanes: Vector, Vectors: UnrolledCount>: RowSpecialised {
  @usableFromInline let shape: UnsafePointer<DirectGradientShape>
  @usableFromInline let block: UnsafePointer<DirectGradientBlock>
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
    shape: UnsafePointer<DirectGradientShape>, block: UnsafePointer<DirectGradientBlock>, kernelRow: Int, column: Int,
    gradient: Source, result: Destination, lastLanes: Int
  ) {
    self.shape = shape
    self.block = block
    self.kernelRow = kernelRow
    self.column = column
    self.gradient = gradient
    self.result = result
    self.lastLanes = lastLanes
  }

  @inlinable @inline(never)
  func run<Rows: UnrolledCount>(_: Rows.Type) {
    let (lines, imageRows) = (shape.pointee.lines, block.pointee.rows)
    var sums = zeroAccumulators(Lanes.self)
    let pixelStep = lines.pixelStep
    let width = lines.width
    var line = gradient
    for y in block.pointee.lines {
      let row = lines.firstRow(of: y) + kernelRow
      if row >= 0 && row < lines.imageHeight {
        var a = imageRows.from(row).pointee + column
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
    finish(Rows.self, &sums)
  }

  /// Whole vectors are added or stored from the registers; a partial vector goes by way of `scratch`.
  @inlinable @inline(__always)
  func finish<Rows: UnrolledCount>(_: Rows.Type, _ sums: inout Accumulators<Lanes>) {
    let step = shape.pointee.resultStep
    let count = Vectors.count
    if lastLanes < Lanes.count {
      let scratch = block.pointee.scratch
      Rows.forEach { i in
        Vectors.forEach { j in
          sums[unchecked: i * count + j].store(to: scratch + (i * count + j) * Lanes.count)
        }
      }
      finishScratch(rows: Rows.count)
    } else if block.pointee.accumulates {
      Rows.forEach { i in
        Vectors.forEach { j in
          let p: Destination = result + (i * step + j * Lanes.count)
          (Lanes(load: p) + sums[unchecked: i * count + j]).store(to: p)
        }
      }
    } else if block.pointee.nonTemporal {
      Rows.forEach { i in
        Vectors.forEach { j in
          sums[unchecked: i * count + j].storeNonTemporal(to: result + (i * step + j * Lanes.count))
        }
      }
    } else {
      Rows.forEach { i in
        Vectors.forEach { j in sums[unchecked: i * count + j].store(to: result + (i * step + j * Lanes.count)) }
      }
    }
  }

  @inlinable @inline(never)
  func finishScratch(rows: Int) {
    for row in 0..<rows {
      for vector in 0..<Vectors.count {
        let lanes = vector == Vectors.count - 1 ? lastLanes : Lanes.count
        let p: Destination = result + (row * shape.pointee.resultStep + vector * Lanes.count)
        var value = Lanes(load: block.pointee.scratch + (row * Vectors.count + vector) * Lanes.count)
        if block.pointee.accumulates { value = Lanes(load: p, first: lanes) + value }
        value.store(to: p, first: lanes)
      }
    }
  }
}

extension VectorKernels {
  /// Sums one register tile: `rows` taps and channels from `column` on x the output channels of `panel`. Convolutions
  /// and fully connected layers share it.
  @inlinable @inline(__always)
  static func directGradientTile(
    _ shape: UnsafePointer<DirectGradientShape>, _ block: UnsafePointer<DirectGradientBlock>, panel: Int,
    kernelRow: Int, column: Int, gradient: Source, result: Destination, rows: Int
  ) {
    let lanes = min(shape.pointee.outputs - panel * panelWidth, panelWidth)
    if lanes > Lanes.count {
      DirectGradientTile<Lanes, Count2>(
        shape: shape, block: block, kernelRow: kernelRow, column: column, gradient: gradient, result: result,
        lastLanes: lanes - Lanes.count
      ).dispatch(rows: rows, limit: Lanes.TileLimit.self)
    } else {
      DirectGradientTile<Lanes, Count1>(
        shape: shape, block: block, kernelRow: kernelRow, column: column, gradient: gradient, result: result,
        lastLanes: lanes
      ).dispatch(rows: rows, limit: Lanes.TileLimit.self)
    }
  }
}
