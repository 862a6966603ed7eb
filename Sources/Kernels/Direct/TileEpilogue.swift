/// What becomes of a register tile's sums: residual, activation, reluMask, store.
@frozen @usableFromInline
struct TileEpilogue<Lanes: Vector, Vectors: UnrolledCount> {
  @usableFromInline let shared: UnsafePointer<DirectBlock>
  @usableFromInline let output: Destination
  /// Lanes of the last vector that are output channels.
  @usableFromInline let lastLanes: Int

  @inlinable @inline(__always)
  init(block: UnsafePointer<DirectBlock>, output: Destination, lastLanes: Int) {
    shared = block
    self.output = output
    self.lastLanes = lastLanes
  }

  /// Whole vectors with or without an activation go from the registers to the output; everything else goes through
  /// scratch memory and a loop, which keeps the specialisations small.
  @inlinable @inline(__always)
  func finish<Rows: UnrolledCount>(_: Rows.Type, _ sums: inout Accumulators<Lanes>) {
    let count = Vectors.count
    if lastLanes < Lanes.count || shared.pointee.residual != nil || shared.pointee.reluMask != nil {
      let scratch = shared.pointee.scratch
      Rows.forEach { i in
        Vectors.forEach { j in
          sums[unchecked: i * count + j].store(to: scratch + (i * count + j) * Lanes.count)
        }
      }
      finishScratch(rows: Rows.count)
      return
    }
    if shared.pointee.clampsBelow {
      Rows.forEach { i in
        Vectors.forEach { j in sums[unchecked: i * count + j] = sums[unchecked: i * count + j].maximum(Lanes.zero) }
      }
    }
    if shared.pointee.clampsAbove {
      let bound = Lanes(relu6Bound)
      Rows.forEach { i in
        Vectors.forEach { j in sums[unchecked: i * count + j] = sums[unchecked: i * count + j].minimum(bound) }
      }
    }
    let step = shared.pointee.outputPixelStep
    if shared.pointee.nonTemporal {
      Rows.forEach { i in
        Vectors.forEach { j in
          sums[unchecked: i * count + j].storeNonTemporal(to: output + (i * step + j * Lanes.count))
        }
      }
    } else {
      Rows.forEach { i in
        Vectors.forEach { j in sums[unchecked: i * count + j].store(to: output + (i * step + j * Lanes.count)) }
      }
    }
  }

  @inlinable @inline(never)
  func finishScratch(rows: Int) {
    let block = shared.pointee
    let offset = UnsafePointer(output) - UnsafePointer(block.output)
    for row in 0..<rows {
      for vector in 0..<Vectors.count {
        let lanes = vector == Vectors.count - 1 ? lastLanes : Lanes.count
        let step = row * block.outputPixelStep + vector * Lanes.count
        var value = Lanes(load: block.scratch + (row * Vectors.count + vector) * Lanes.count)
        if let residual = block.residual { value = value + Lanes(load: residual + (offset + step), first: lanes) }
        if block.clampsBelow { value = value.maximum(Lanes.zero) }
        if block.clampsAbove { value = value.minimum(Lanes(relu6Bound)) }
        if let reluMask = block.reluMask {
          value = value.masked(wherePositive: Lanes(load: reluMask + (offset + step), first: lanes))
        }
        value.store(to: output + step, first: lanes)
      }
    }
  }
}
