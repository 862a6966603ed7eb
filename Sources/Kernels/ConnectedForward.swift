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

  /// A batch: sums[group][panel][row][lanes] = x W for `panels`, all rows of W. A panel is two vectors of outputs.
  ///
  /// - x: [group of up to `tileRows` images][input][row], from `packBatch`
  /// - strip: `connectedBlockRows` panels of scratch
  @inlinable @inline(never)
  public static func connectedColumns(_ block: ConnectedBlock, x: Source, sums: Destination, strip: Destination) {
    for first in stride(from: block.panels.lowerBound, to: block.panels.upperBound, by: connectedBlockPanels) {
      var part = block
      part.panels = first..<min(first + connectedBlockPanels, block.panels.upperBound)
      for row in stride(from: 0, to: block.inputs, by: connectedBlockRows) {
        part.rows = row..<min(row + connectedBlockRows, block.inputs)
        connectedColumnBlock(part, x: x, sums: sums, strip: strip)
      }
    }
  }

  /// `rows` x `panels` of W, which the second-level cache holds.
  @inlinable @inline(__always)
  static func connectedColumnBlock(_ block: ConnectedBlock, x: Source, sums: Destination, strip: Destination) {
    let groups = EvenTiles(block.batch, limit: Lanes.tileRows)
    let panelWidth = 2 * Lanes.count
    let panels = (block.outputs + panelWidth - 1) / panelWidth
    let first = block.rows.lowerBound
    let rows = block.rows.count
    for panel in block.panels {
      let corner: Source = block.weights + (first * block.outputs + panel * panelWidth)
      let lanes = min(block.outputs - panel * panelWidth, panelWidth)
      // The next block's lines in the order in which they lie in memory, one panel for each row of this one.
      let ahead = (panel - block.panels.lowerBound) * rows
      let aheadRow = first + rows + ahead / block.panels.count
      let aheadPanel = block.panels.lowerBound + ahead % block.panels.count
      let next: Source = block.weights + (aheadRow * block.outputs + aheadPanel * panelWidth)
      // Many images read a panel many times: its lines, far apart, would not stay in the first-level cache.
      let copies = groups.count > 2 || lanes < panelWidth
      if copies { copyPanel(corner, step: block.outputs, rows: rows, lanes: lanes, strip: strip) }
      for group in 0..<groups.count {
        let start = groups.start(group)
        let count = groups.rows(group)
        ConnectedTile<Lanes>(
          weights: copies ? UnsafePointer(strip) : corner, weightStep: copies ? panelWidth : block.outputs,
          next: group == 0 ? next : nil, x: x + (start * block.inputs + first * count), rows: rows,
          sums: sums + (start * panels + panel * count) * panelWidth, accumulates: first > 0
        ).dispatch(rows: count, limit: Lanes.TileLimit.self)
      }
    }
  }

  /// strip[row] = the panel's part of a row of W, zeros behind its `lanes`.
  @inlinable @inline(__always)
  static func copyPanel(_ panel: Source, step: Int, rows: Int, lanes: Int, strip: Destination) {
    let width = Lanes.count
    for row in 0..<rows {
      let source: Source = panel + row * step
      let destination: Destination = strip + row * 2 * width
      if lanes == 2 * width {
        Lanes(load: source).store(to: destination)
        Lanes(load: source + width).store(to: destination + width)
      } else {
        Lanes(load: source, first: min(lanes, width)).store(to: destination)
        Lanes(load: source + width, first: max(lanes - width, 0)).store(to: destination + width)
      }
    }
  }
}

/// Floats that a row of W is prefetched ahead.
@inlinable @inline(__always) public var connectedPrefetch: Int { 256 }

/// `Rows` images x two vectors of outputs, some rows of W.
@frozen @usableFromInline
struct ConnectedTile<Lanes: Vector>: RowSpecialised {
  @usableFromInline let weights: Source
  @usableFromInline let weightStep: Int
  /// What to prefetch, one panel for each row of W.
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
    let width = Lanes.count
    var tile = zeroAccumulators(Lanes.self)
    if accumulates {
      Rows.forEach { i in
        tile[unchecked: 2 * i] = Lanes(load: sums + 2 * i * width)
        tile[unchecked: 2 * i + 1] = Lanes(load: sums + (2 * i + 1) * width)
      }
    }
    var w = weights
    var a = x
    // Without anything to prefetch: the line that is read anyway.
    var ahead = next ?? weights
    let aheadStep = next == nil ? weightStep : 2 * width
    let weightStep = weightStep
    for _ in 0..<rows {
      cvector_prefetch_l2(ahead)
      cvector_prefetch_l2(ahead + width)
      let w0 = Lanes(load: w)
      let w1 = Lanes(load: w + width)
      Rows.forEach { i in
        let value = Lanes(a[i])
        tile[unchecked: 2 * i] = tile[unchecked: 2 * i].adding(value, times: w0)
        tile[unchecked: 2 * i + 1] = tile[unchecked: 2 * i + 1].adding(value, times: w1)
      }
      w += weightStep
      a += Rows.count
      ahead += aheadStep
    }
    Rows.forEach { i in
      tile[unchecked: 2 * i].store(to: sums + 2 * i * width)
      tile[unchecked: 2 * i + 1].store(to: sums + (2 * i + 1) * width)
    }
  }
}
