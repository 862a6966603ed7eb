import CVector

extension FullyConnectedKernels {
  /// One image: sums[outputs] = x[rows] W[rows]. Streams whole rows of W, four at a time, at the memory's bandwidth.
  @inlinable @inline(never)
  public static func connectedRow(
    _ shape: ConnectedShape, weights: Source, rows: Range<Int>, x: Source, sums: Destination
  ) {
    let outputs = shape.outputs
    let width = Lanes.count
    sums.update(repeating: 0, count: outputs)
    var row = rows.lowerBound
    while row < rows.upperBound {
      let count = min(4, rows.upperBound - row)
      let w: Source = weights + row * outputs
      // A row that is left out reads the first one again, times zero.
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
  /// - packed: `connectedBlockRows` x `panels` of scratch, panels `connectedPanelStep` apart
  ///
  /// Block by block of rows: the block is copied to [panel][row][lanes], because its rows may lie a power of two apart
  /// and would push each other out of the caches, and while it is used the next one is prefetched.
  @inlinable @inline(never)
  public static func connectedColumns(
    _ shape: ConnectedShape, weights: Source, panels: Range<Int>, x: Source, sums: Destination, packed: Destination
  ) {
    let mostPanels = connectedBlockWidth / panelWidth
    for first in stride(from: panels.lowerBound, to: panels.upperBound, by: mostPanels) {
      let blockPanels = first..<min(first + mostPanels, panels.upperBound)
      let blockRows = connectedBlockRows(floats: blockPanels.count * panelWidth)
      for row in stride(from: 0, to: shape.inputs, by: blockRows) {
        let block = ConnectedBlock(rows: row..<min(row + blockRows, shape.inputs), panels: blockPanels)
        let step = connectedPanelStep(rows: block.rows.count, width: Lanes.count)
        packConnectedBlock(shape, weights, block, packed, panelStep: step)
        sumConnectedBlock(shape, block, x: x, sums: sums, packed: UnsafePointer(packed), panelStep: step) { index in
          // The next block's lines in the order in which they lie in memory, one panel for each row of this one.
          let ahead = index * block.rows.count
          let aheadRow = block.rows.upperBound + ahead / block.panels.count
          let aheadPanel = block.panels.lowerBound + ahead % block.panels.count
          return weights + (aheadRow * shape.outputs + aheadPanel * panelWidth)
        }
      }
    }
  }

  /// Does what `connectedColumns` does, from weights that `packConnectedColumns` packed for all panels.
  @inlinable @inline(never)
  public static func packedConnectedColumns(
    _ shape: ConnectedShape, panels: Range<Int>, x: Source, sums: Destination, packed: Source
  ) {
    forEachPackedBlock(shape, panels) { block, offset in
      let floats = block.panels.count * block.rows.count * panelWidth
      let panelStep = block.rows.count * panelWidth
      sumConnectedBlock(shape, block, x: x, sums: sums, packed: packed + offset, panelStep: panelStep) { index in
        packed + (offset + floats + index * panelStep)
      }
    }
  }

  /// Packs `panels` of W to [block of panels][block of rows][panel][row][lanes]; panels begin at multiples of
  /// `packedBlockPanels`.
  @inlinable @inline(never)
  public static func packConnectedColumns(
    _ shape: ConnectedShape, weights: Source, panels: Range<Int>, packed: Destination
  ) {
    forEachPackedBlock(shape, panels) { block, offset in
      packConnectedBlock(shape, weights, block, packed + offset, panelStep: block.rows.count * panelWidth)
    }
  }

  /// Calls `body` for each block of `panels` with its offset in the packed weights.
  @inlinable @inline(__always)
  static func forEachPackedBlock(
    _ shape: ConnectedShape, _ panels: Range<Int>, _ body: (ConnectedBlock, Int) -> Void
  ) {
    for first in stride(from: panels.lowerBound, to: panels.upperBound, by: packedBlockPanels) {
      let blockPanels = first..<min(first + packedBlockPanels, panels.upperBound)
      for row in stride(from: 0, to: shape.inputs, by: packedBlockRows) {
        let block = ConnectedBlock(rows: row..<min(row + packedBlockRows, shape.inputs), panels: blockPanels)
        body(block, (first * shape.inputs + row * blockPanels.count) * panelWidth)
      }
    }
  }

  /// packed[panel][row][lanes] = the rows and panels of `block`, zeros where there is no output.
  @inlinable @inline(__always)
  static func packConnectedBlock(
    _ shape: ConnectedShape, _ weights: Source, _ block: ConnectedBlock, _ packed: Destination, panelStep: Int
  ) {
    let width = Lanes.count
    for row in 0..<block.rows.count {
      let line: Source = weights + (block.rows.lowerBound + row) * shape.outputs
      var destination: Destination = packed + row * panelWidth
      for panel in block.panels {
        let source: Source = line + panel * panelWidth
        let lanes = shape.outputs - panel * panelWidth
        if lanes >= panelWidth {
          Lanes(load: source).store(to: destination)
          Lanes(load: source + width).store(to: destination + width)
        } else {
          Lanes(load: source, first: min(lanes, width)).store(to: destination)
          Lanes(load: source + width, first: max(lanes - width, 0)).store(to: destination + width)
        }
        destination += panelStep
      }
    }
  }

  /// Adds the rows of `block`, times x, to the sums of its panels.
  /// - Parameter next: returns, for a panel's index in the block, where as many floats lie that will be needed next.
  @inlinable @inline(__always)
  static func sumConnectedBlock(
    _ shape: ConnectedShape, _ block: ConnectedBlock, x: Source, sums: Destination, packed: Source, panelStep: Int,
    next: (Int) -> Source
  ) {
    let groups = EvenTiles(shape.batch, limit: Lanes.tileRows)
    let panels = panels(of: shape.outputs)
    let rows = block.rows.count
    // The first two groups share the prefetching, so that memory is busy all the time.
    let (stepAhead, second) = groups.count == 1 ? (panelWidth, Lanes.count) : (Lanes.count, 0)
    for index in 0..<block.panels.count {
      let ahead = next(index)
      for group in 0..<groups.count {
        let start = groups.start(group)
        let count = groups.rows(group)
        let sum = start * panels + (block.panels.lowerBound + index) * count
        ConnectedTile<Lanes>(
          weights: packed + index * panelStep, next: ahead + min(group, 1) * rows * Lanes.count, second: second,
          stepAhead: group < 2 ? stepAhead : 0,
          x: x + (start * shape.inputs + block.rows.lowerBound * count), rows: rows, sums: sums + sum * panelWidth,
          accumulates: block.rows.lowerBound > 0
        ).dispatch(rows: count, limit: Lanes.TileLimit.self)
      }
    }
  }
}

/// Floats that a row of W is prefetched ahead.
@inlinable @inline(__always) public var connectedPrefetch: Int { 256 }

/// `Rows` images x two vectors of outputs, some rows of W.
@frozen @usableFromInline
struct ConnectedTile<Lanes: Vector>: RowSpecialised {
  /// [row of W][lanes]
  @usableFromInline let weights: Source
  /// The prefetches: two lines `second` floats apart for each row of W, then on by `stepAhead`.
  @usableFromInline let next: Source
  @usableFromInline let second: Int
  @usableFromInline let stepAhead: Int
  @usableFromInline let x: Source
  @usableFromInline let rows: Int
  @usableFromInline let sums: Destination
  @usableFromInline let accumulates: Bool

  @inlinable @inline(__always)
  init(
    weights: Source, next: Source, second: Int, stepAhead: Int, x: Source, rows: Int, sums: Destination,
    accumulates: Bool
  ) {
    self.weights = weights
    self.next = next
    self.second = second
    self.stepAhead = stepAhead
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
    var ahead = next
    for _ in 0..<rows {
      cvector_prefetch_l2(ahead)
      cvector_prefetch_l2(ahead + second)
      let w0 = Lanes(load: w)
      let w1 = Lanes(load: w + width)
      Rows.forEach { i in
        let value = Lanes(a[i])
        tile[unchecked: 2 * i] = tile[unchecked: 2 * i].adding(value, times: w0)
        tile[unchecked: 2 * i + 1] = tile[unchecked: 2 * i + 1].adding(value, times: w1)
      }
      w += 2 * width
      a += Rows.count
      ahead += stepAhead
    }
    Rows.forEach { i in
      tile[unchecked: 2 * i].store(to: sums + 2 * i * width)
      tile[unchecked: 2 * i + 1].store(to: sums + (2 * i + 1) * width)
    }
  }
}
