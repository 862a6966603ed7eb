import CVector

extension FullyConnectedKernels {
  /// Floats of scratch for `connectedInputGradient`: a vector for each row of W and image.
  public static func connectedGradientFloats(batch: Int) -> Int {
    connectedGradientBlockRows * batch * Lanes.count
  }

  /// result[row - rows.lowerBound][image] = W[row] . dy[image] for `rows`, at most `connectedGradientBlockRows` of W.
  ///
  /// - dy: from `packOutputGradient`
  /// - sums: `connectedGradientFloats`; the lanes are added up at the end
  @inlinable @inline(never)
  public static func connectedInputGradient(
    _ shape: ConnectedShape, weights: Source, rows: Range<Int>, dy: Source, sums: Destination, result: Destination
  ) {
    let (batch, step) = (shape.batch, shape.outputs)
    let groups = EvenTiles(batch, limit: Lanes.tripleRows)
    let mostOutputs = connectedGradientBlockOutputs(batch: batch)
    // One image leaves nothing to compute while a block comes from memory: only its next rows are asked for.
    let ahead = (batch == 1 ? 3 : connectedGradientBlockRows) * step
    for first in stride(from: 0, to: step, by: mostOutputs) {
      let outputs = min(mostOutputs, step - first)
      for group in 0..<groups.count {
        let image = groups.start(group)
        let images = groups.rows(group)
        for row in stride(from: rows.lowerBound, to: rows.upperBound, by: 3) {
          let offset = (row - rows.lowerBound) * batch + image
          ConnectedGradientTile<Lanes>(
            weights: weights + (row * step + first), step: step, rows: min(rows.upperBound - row, 3), ahead: ahead,
            prefetched: share(of: outputs / Lanes.count, part: group, parts: groups.count),
            dy: dy + (first * batch + image * outputs), outputs: outputs, sums: sums + offset * Lanes.count,
            sumStep: batch * Lanes.count, accumulates: first > 0
          ).dispatch(rows: images, limit: Lanes.TripleLimit.self)
        }
      }
    }
    for index in 0..<rows.count * batch { result[index] = Lanes(load: sums + index * Lanes.count).sum() }
  }

  /// Each group of images prefetches its part of the next rows, so that memory is busy all the time.
  @inlinable @inline(__always)
  static func share(of total: Int, part: Int, parts: Int) -> Range<Int> {
    total * part / parts..<total * (part + 1) / parts
  }

  /// packed[block of `connectedGradientBlockOutputs`][image][output] = dy[image][output] for some blocks.
  @inlinable @inline(never)
  public static func packOutputGradient(
    _ dy: Source, batch: Int, outputs: Int, blocks: Range<Int>, packed: Destination
  ) {
    let mostOutputs = connectedGradientBlockOutputs(batch: batch)
    for block in blocks {
      let first = block * mostOutputs
      let count = min(mostOutputs, outputs - first)
      for image in 0..<batch {
        (packed + (first * batch + image * count)).update(from: dy + (image * outputs + first), count: count)
      }
    }
  }
}

/// `Rows` images x up to three rows of W: dot products over a block of outputs, lane by lane.
@frozen @usableFromInline
struct ConnectedGradientTile<Lanes: Vector>: RowSpecialised {
  @usableFromInline let weights: Source
  /// From one row of W to the next.
  @usableFromInline let step: Int
  @usableFromInline let rows: Int
  /// How far ahead to prefetch, in floats.
  @usableFromInline let ahead: Int
  /// The vectors of a row that are prefetched.
  @usableFromInline let prefetched: Range<Int>
  /// [image][`outputs`]
  @usableFromInline let dy: Source
  @usableFromInline let outputs: Int
  /// [row][image][lane], rows `sumStep` apart.
  @usableFromInline let sums: Destination
  @usableFromInline let sumStep: Int
  @usableFromInline let accumulates: Bool

  @inlinable @inline(__always)
  init(
    weights: Source, step: Int, rows: Int, ahead: Int, prefetched: Range<Int>, dy: Source, outputs: Int,
    sums: Destination, sumStep: Int,
    accumulates: Bool
  ) {
    self.weights = weights
    self.step = step
    self.rows = rows
    self.ahead = ahead
    self.prefetched = prefetched
    self.dy = dy
    self.outputs = outputs
    self.sums = sums
    self.sumStep = sumStep
    self.accumulates = accumulates
  }

  @inlinable @inline(never)
  func run<Rows: UnrolledCount>(_: Rows.Type) {
    var tile = zeroAccumulators(Lanes.self)
    var w = weights
    var d = dy
    let outputs = outputs
    // A row that is left out repeats the one before.
    let second = rows > 1 ? step : 0
    let third = rows > 2 ? 2 * step : second
    for vector in 0..<(outputs / Lanes.count) {
      if vector >= prefetched.lowerBound && vector < prefetched.upperBound {
        cvector_prefetch_l2(w + ahead)
        cvector_prefetch_l2(w + (second + ahead))
        cvector_prefetch_l2(w + (third + ahead))
      }
      let w0 = Lanes(load: w)
      let w1 = Lanes(load: w + second)
      let w2 = Lanes(load: w + third)
      Rows.forEach { i in
        let gradient = Lanes(load: d + i * outputs)
        tile[unchecked: 3 * i] = tile[unchecked: 3 * i].adding(w0, times: gradient)
        tile[unchecked: 3 * i + 1] = tile[unchecked: 3 * i + 1].adding(w1, times: gradient)
        tile[unchecked: 3 * i + 2] = tile[unchecked: 3 * i + 2].adding(w2, times: gradient)
      }
      w += Lanes.count
      d += Lanes.count
    }
    let rest = outputs % Lanes.count
    if rest > 0 {
      let w0 = Lanes(load: w, first: rest)
      let w1 = Lanes(load: w + second, first: rest)
      let w2 = Lanes(load: w + third, first: rest)
      Rows.forEach { i in
        let gradient = Lanes(load: d + i * outputs, first: rest)
        tile[unchecked: 3 * i] = tile[unchecked: 3 * i].adding(w0, times: gradient)
        tile[unchecked: 3 * i + 1] = tile[unchecked: 3 * i + 1].adding(w1, times: gradient)
        tile[unchecked: 3 * i + 2] = tile[unchecked: 3 * i + 2].adding(w2, times: gradient)
      }
    }
    // Row by row: one closure for all rows is too large to be inlined eight times, and a tile whose address a function
    // is given stays in memory.
    Rows.forEach { i in put(tile[unchecked: 3 * i], 0, i) }
    if rows > 1 { Rows.forEach { i in put(tile[unchecked: 3 * i + 1], 1, i) } }
    if rows > 2 { Rows.forEach { i in put(tile[unchecked: 3 * i + 2], 2, i) } }
  }

  @inlinable @inline(__always)
  func put(_ sum: Lanes, _ row: Int, _ image: Int) {
    let p: Destination = sums + (row * sumStep + image * Lanes.count)
    (accumulates ? Lanes(load: p) + sum : sum).store(to: p)
  }
}
