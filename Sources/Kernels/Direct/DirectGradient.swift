extension DirectKernels {
  /// Sums a block into its part of the filter gradient, unit by unit.
  @inlinable @inline(never)
  public static func directGradient(_ block: DirectGradientBlock) {
    let panelWidth = 2 * Lanes.count
    let tiles = EvenTiles(block.rowDepth, limit: Lanes.tileRows)
    withUnsafePointer(to: block) { shared in
      for unit in shared.pointee.units {
        let (panelRow, tile) = unit.quotientAndRemainder(dividingBy: tiles.count)
        let (panel, kernelRow) = panelRow.quotientAndRemainder(dividingBy: shared.pointee.kernelHeight)
        let lanes = min(shared.pointee.outputs - panel * panelWidth, panelWidth)
        let panelFloats = shared.pointee.pixels * panelWidth
        let gradient = shared.pointee.gradient + (panel - shared.pointee.firstPanel) * panelFloats
        let column = tiles.start(tile)
        let row = kernelRow * shared.pointee.rowDepth + column
        let result = shared.pointee.result + (row * shared.pointee.resultStep + panel * panelWidth)
        if lanes > Lanes.count {
          DirectGradientTile<Lanes, Count2>(
            block: shared, kernelRow: kernelRow, column: column, gradient: gradient, result: result,
            lastLanes: lanes - Lanes.count
          ).dispatch(rows: tiles.rows(tile), limit: Lanes.TileLimit.self)
        } else {
          DirectGradientTile<Lanes, Count1>(
            block: shared, kernelRow: kernelRow, column: column, gradient: gradient, result: result, lastLanes: lanes
          ).dispatch(rows: tiles.rows(tile), limit: Lanes.TileLimit.self)
        }
      }
    }
  }

  /// Packs output gradients into panels; lanes that are no output channel become zero.
  @inlinable @inline(never)
  public static func packGradient(_ packing: GradientPacking) {
    let width = Lanes.count
    for panel in packing.panels {
      let first = panel * 2 * width
      let lanes = min(packing.outputs - first, 2 * width)
      let pitch = lanes > width ? 2 * width : width
      let base = packing.destination + (panel - packing.panels.lowerBound) * packing.pixels * 2 * width
      let sums = packing.summed.contains(panel) ? packing.sums.map { $0 + first } : nil
      for lane in stride(from: 0, to: lanes, by: width) {
        let count = min(lanes - lane, width)
        var source = packing.source + (first + lane)
        var destination = base + lane
        var sum = sums.map { Lanes(load: $0 + lane) } ?? Lanes.zero
        for _ in 0..<packing.pixels {
          let value = Lanes(load: source, lanes: count)
          value.store(to: destination)
          sum = sum + value
          source += packing.sourceStep
          destination += pitch
        }
        if let sums { sum.store(to: sums + lane) }
      }
    }
  }

  /// destination[i] = sum of `parts` arrays of `count` floats, `step` apart, in their order.
  @inlinable @inline(never)
  public static func addParts(_ parts: Source, count: Int, step: Int, parts number: Int, destination: Destination) {
    let width = Lanes.count
    for first in stride(from: 0, to: count, by: width) {
      let lanes = min(count - first, width)
      var sum = Lanes.zero
      for part in 0..<number {
        let source = parts + (part * step + first)
        sum = sum + Lanes(load: source, lanes: lanes)
      }
      if lanes == width {
        sum.store(to: destination + first)
      } else {
        sum.store(to: destination + first, first: lanes)
      }
    }
  }
}
