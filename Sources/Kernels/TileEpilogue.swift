/// What a register tile does to its sums before they are stored: residual, activation, gate.
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

  @inlinable @inline(__always)
  func finish<Rows: UnrolledCount>(_: Rows.Type, _ sums: inout Accumulators<Lanes>, partial: Bool) {
    let block = shared.pointee
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
