import CVector

extension KernelSet {
  /// result[row - rows.lowerBound][image] = W[row] . dy[image] for at most `connectedGradientBlockRows` rows of W.
  ///
  /// - dy: [batch, outputs]
  ///
  /// Outputs go in blocks that leave the gradients of a group of images in the first-level cache.
  @inlinable @inline(never)
  public static func connectedInputGradient(_ block: ConnectedBlock, dy: Source, result: Destination) {
    let groups = EvenTiles(block.batch, limit: Lanes.tripleRows)
    let blockOutputs = 1024
    for first in stride(from: 0, to: block.outputs, by: blockOutputs) {
      let outputs = min(blockOutputs, block.outputs - first)
      for group in 0..<groups.count {
        let image = groups.start(group)
        for row in stride(from: block.rows.lowerBound, to: block.rows.upperBound, by: 3) {
          let left = block.rows.upperBound - 1 - row
          ConnectedGradientTile<Lanes>(
            weights: block.weights + (row * block.outputs + first), step: block.outputs, rows: min(left + 1, 3),
            ahead: group == 0 ? connectedGradientBlockRows * block.outputs : 0,
            dy: dy + (image * block.outputs + first), outputs: outputs,
            result: result + ((row - block.rows.lowerBound) * block.batch + image), resultStep: block.batch,
            accumulates: first > 0
          ).dispatch(rows: groups.rows(group), limit: Lanes.TripleLimit.self)
        }
      }
    }
  }
}

/// `Rows` images x up to three rows of W: dot products over some outputs, lane by lane, then across the lanes.
@frozen @usableFromInline
struct ConnectedGradientTile<Lanes: Vector>: RowSpecialised {
  @usableFromInline let weights: Source
  /// Outputs of the layer: from one row of W, and one image's gradient, to the next.
  @usableFromInline let step: Int
  @usableFromInline let rows: Int
  /// How far ahead to prefetch, in floats; 0: not.
  @usableFromInline let ahead: Int
  @usableFromInline let dy: Source
  @usableFromInline let outputs: Int
  @usableFromInline let result: Destination
  @usableFromInline let resultStep: Int
  @usableFromInline let accumulates: Bool

  @inlinable @inline(__always)
  init(
    weights: Source, step: Int, rows: Int, ahead: Int, dy: Source, outputs: Int, result: Destination, resultStep: Int,
    accumulates: Bool
  ) {
    self.weights = weights
    self.step = step
    self.rows = rows
    self.ahead = ahead
    self.dy = dy
    self.outputs = outputs
    self.result = result
    self.resultStep = resultStep
    self.accumulates = accumulates
  }

  @inlinable @inline(never)
  func run<Rows: UnrolledCount>(_: Rows.Type) {
    var sums = zeroAccumulators(Lanes.self)
    var w = weights
    var d = dy
    let step = step
    // Rows that are left out repeat the last one.
    let second = rows > 1 ? step : 0
    let third = rows > 2 ? 2 * step : second
    for _ in 0..<(outputs / Lanes.count) {
      if ahead > 0 {
        cvector_prefetch_l2(w + ahead)
        cvector_prefetch_l2(w + (second + ahead))
        cvector_prefetch_l2(w + (third + ahead))
      }
      let w0 = Lanes(load: w)
      let w1 = Lanes(load: w + second)
      let w2 = Lanes(load: w + third)
      Rows.forEach { i in
        let gradient = Lanes(load: d + i * step)
        sums[unchecked: 3 * i] = sums[unchecked: 3 * i].adding(w0, times: gradient)
        sums[unchecked: 3 * i + 1] = sums[unchecked: 3 * i + 1].adding(w1, times: gradient)
        sums[unchecked: 3 * i + 2] = sums[unchecked: 3 * i + 2].adding(w2, times: gradient)
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
        let gradient = Lanes(load: d + i * step, first: rest)
        sums[unchecked: 3 * i] = sums[unchecked: 3 * i].adding(w0, times: gradient)
        sums[unchecked: 3 * i + 1] = sums[unchecked: 3 * i + 1].adding(w1, times: gradient)
        sums[unchecked: 3 * i + 2] = sums[unchecked: 3 * i + 2].adding(w2, times: gradient)
      }
    }
    Rows.forEach { i in
      put(sums[unchecked: 3 * i].sum(), 0, i)
      if rows > 1 { put(sums[unchecked: 3 * i + 1].sum(), 1, i) }
      if rows > 2 { put(sums[unchecked: 3 * i + 2].sum(), 2, i) }
    }
  }

  @inlinable @inline(__always)
  func put(_ sum: Float, _ row: Int, _ image: Int) {
    let p: Destination = result + (row * resultStep + image)
    p.pointee = accumulates ? p.pointee + sum : sum
  }
}
