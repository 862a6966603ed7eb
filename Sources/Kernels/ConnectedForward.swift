import CVector

extension KernelSet {
  /// One image: sums[outputs] = x[rows] W[rows]. Streams whole rows of W, four at a time, at the memory's bandwidth.
  @inlinable @inline(never)
  public static func connectedRow(_ block: ConnectedBlock, x: Source, sums: Destination) {
    let outputs = block.outputs
    let width = Lanes.count
    sums.update(repeating: 0, count: outputs)
    var row = block.rows.lowerBound
    while row < block.rows.upperBound {
      let count = min(4, block.rows.upperBound - row)
      let w: Source = block.weights + row * outputs
      // Rows that are left out repeat the last one, times zero.
      let w1 = w + (count > 1 ? outputs : 0)
      let w2 = w + (count > 2 ? 2 * outputs : 0)
      let w3 = w + (count > 3 ? 3 * outputs : 0)
      let x0 = Lanes(x[row])
      let x1 = count > 1 ? Lanes(x[row + 1]) : Lanes.zero
      let x2 = count > 2 ? Lanes(x[row + 2]) : Lanes.zero
      let x3 = count > 3 ? Lanes(x[row + 3]) : Lanes.zero
      var k = 0
      while k + width <= outputs {
        cvector_prefetch_l2(w + (k + connectedPrefetch))
        cvector_prefetch_l2(w1 + (k + connectedPrefetch))
        cvector_prefetch_l2(w2 + (k + connectedPrefetch))
        cvector_prefetch_l2(w3 + (k + connectedPrefetch))
        let first = Lanes(load: sums + k).adding(x0, times: Lanes(load: w + k)).adding(x1, times: Lanes(load: w1 + k))
        first.adding(x2, times: Lanes(load: w2 + k)).adding(x3, times: Lanes(load: w3 + k)).store(to: sums + k)
        k += width
      }
      while k < outputs {
        sums[k] += x[row] * w[k]
        if count > 1 { sums[k] += x[row + 1] * w1[k] }
        if count > 2 { sums[k] += x[row + 2] * w2[k] }
        if count > 3 { sums[k] += x[row + 3] * w3[k] }
        k += 1
      }
      row += count
    }
  }

  /// packed[input][rows] = x[rows][input] for `rows` rows, `inputs` floats apart.
  @inlinable @inline(never)
  public static func packBatch(_ x: Source, inputs: Range<Int>, step: Int, rows: Int, packed: Destination) {
    for input in inputs {
      for row in 0..<rows { packed[input * rows + row] = x[row * step + input] }
    }
  }

  /// A batch: sums[group][vector][row][lane] = x W for `vectors`, all rows of W.
  ///
  /// - x: [group of up to `connectedRows` images][input][row], from `packBatch`
  /// - strip: `connectedBlockRows` vectors of scratch
  @inlinable @inline(never)
  public static func connectedColumns(_ block: ConnectedBlock, x: Source, sums: Destination, strip: Destination) {
    let groups = EvenTiles(block.batch, limit: Lanes.connectedRows)
    let vectors = (block.outputs + Lanes.count - 1) / Lanes.count
    for first in stride(from: 0, to: block.inputs, by: connectedBlockRows) {
      let rows = min(connectedBlockRows, block.inputs - first)
      for vector in block.vectors {
        let corner: Source = block.weights + (first * block.outputs + vector * Lanes.count)
        let lanes = min(block.outputs - vector * Lanes.count, Lanes.count)
        // The next block's lines in the order in which they lie in memory, one for each row of this strip.
        let ahead = (vector - block.vectors.lowerBound) * rows
        let aheadRow = first + rows + ahead / block.vectors.count
        let aheadVector = block.vectors.lowerBound + ahead % block.vectors.count
        let next: Source = block.weights + (aheadRow * block.outputs + aheadVector * Lanes.count)
        let copies = groups.count > 1 || lanes < Lanes.count
        if copies {
          for row in 0..<rows {
            cvector_prefetch_l2(next + row * Lanes.count)
            let source: Source = corner + row * block.outputs
            let value = lanes == Lanes.count ? Lanes(load: source) : Lanes(load: source, first: lanes)
            value.store(to: strip + row * Lanes.count)
          }
        }
        for group in 0..<groups.count {
          let start = groups.start(group)
          let count = groups.rows(group)
          ConnectedTile<Lanes>(
            weights: copies ? UnsafePointer(strip) : corner, weightStep: copies ? Lanes.count : block.outputs,
            next: copies ? nil : next, x: x + (start * block.inputs + first * count), rows: rows,
            sums: sums + (start * vectors + vector * count) * Lanes.count, accumulates: first > 0
          ).dispatch(rows: count, limit: Lanes.ConnectedLimit.self)
        }
      }
    }
  }
}

/// Floats that a row of W is prefetched ahead.
@inlinable @inline(__always) public var connectedPrefetch: Int { 256 }

/// `Rows` images x one vector of outputs, some rows of W.
@frozen @usableFromInline
struct ConnectedTile<Lanes: Vector>: RowSpecialised {
  @usableFromInline let weights: Source
  @usableFromInline let weightStep: Int
  /// What to prefetch, one line for each row of W.
  @usableFromInline let next: Source?
  @usableFromInline let x: Source
  @usableFromInline let rows: Int
  @usableFromInline let sums: Destination
  @usableFromInline let accumulates: Bool

  @inlinable @inline(__always)
  init(
    weights: Source, weightStep: Int, next: Source?, x: Source, rows: Int, sums: Destination, accumulates: Bool
  ) {
    self.weights = weights
    self.weightStep = weightStep
    self.next = next
    self.x = x
    self.rows = rows
    self.sums = sums
    self.accumulates = accumulates
  }

  @inlinable @inline(never)
  func run<Rows: UnrolledCount>(_: Rows.Type) {
    var tile = zeroAccumulators(Lanes.self)
    if accumulates { Rows.forEach { i in tile[unchecked: i] = Lanes(load: sums + i * Lanes.count) } }
    var w = weights
    var a = x
    // Without anything to prefetch: the line that is read anyway.
    var ahead = next ?? weights
    let aheadStep = next == nil ? weightStep : Lanes.count
    for _ in 0..<rows {
      cvector_prefetch_l2(ahead)
      let value = Lanes(load: w)
      Rows.forEach { i in tile[unchecked: i] = tile[unchecked: i].adding(Lanes(a[i]), times: value) }
      w += weightStep
      a += Rows.count
      ahead += aheadStep
    }
    Rows.forEach { i in tile[unchecked: i].store(to: sums + i * Lanes.count) }
  }
}
