extension DirectKernels {
  /// Sums a block into its part of the filter gradient, unit by unit.
  @inlinable @inline(never)
  public static func directGradient(_ shape: DirectGradientShape, _ block: DirectGradientBlock) {
    let tiles = EvenTiles(shape.rowDepth, limit: Lanes.tileRows)
    let panelFloats = block.lines.count * shape.lines.width * panelWidth
    withUnsafePointer(to: shape) { shape in
      withUnsafePointer(to: block) { block in
        for unit in block.pointee.units {
          let (panelRow, tile) = unit.quotientAndRemainder(dividingBy: tiles.count)
          let (panel, kernelRow) = panelRow.quotientAndRemainder(dividingBy: shape.pointee.lines.kernelHeight)
          let column = tiles.start(tile)
          let row = kernelRow * shape.pointee.rowDepth + column
          directGradientTile(
            shape, block, panel: panel, kernelRow: kernelRow, column: column,
            gradient: block.pointee.gradient + (panel - block.pointee.firstPanel) * panelFloats,
            result: block.pointee.result + (row * shape.pointee.resultStep + panel * panelWidth),
            rows: tiles.rows(tile))
        }
      }
    }
  }

  /// Packs output gradients into panels; lanes that are no output channel become zero.
  @inlinable @inline(never)
  public static func packGradient(_ packing: GradientPacking) {
    let width = Lanes.count
    for panel in packing.panels {
      let first = panel * panelWidth
      let lanes = min(packing.outputs - first, panelWidth)
      let pitch = lanes > width ? panelWidth : width
      let base = packing.destination + (panel - packing.panels.lowerBound) * packing.pixels * panelWidth
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
