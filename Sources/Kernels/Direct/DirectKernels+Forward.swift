import CVector

extension DirectKernels {
  /// Convolves a block: panel by panel, so that a panel of the filter stays in the cache for all pixels of the block.
  ///
  /// Every output is one chain of multiply-adds in the order [kernel row][segment][channel] whatever the block, so the
  /// result does not depend on how the work is cut.
  @inlinable @inline(never)
  public static func direct(_ block: DirectBlock) {
    let panelWidth = 2 * Lanes.count
    withUnsafePointer(to: block) { block in
      for panel in block.pointee.panels {
        let lanes = min(block.pointee.outputs - panel * panelWidth, panelWidth)
        if lanes > Lanes.count {
          directPanel(block, panel, lanes, Count2.self)
        } else {
          directPanel(block, panel, lanes, Count1.self)
        }
      }
    }
    if block.nonTemporal { cvector_store_fence() }
  }

  @inlinable @inline(__always)
  static func directPanel<Vectors: UnrolledCount>(
    _ shared: UnsafePointer<DirectBlock>, _ panel: Int, _ lanes: Int, _: Vectors.Type
  ) {
    let block = shared.pointee
    let channel = panel * 2 * Lanes.count
    let filter = block.filter + channel * block.kernelHeight * block.rowDepth
    let filterRow = block.rowDepth * Vectors.count * Lanes.count
    let tiles = EvenTiles(block.width, limit: Lanes.tileRows)
    for line in block.lines {
      let top = line * block.strideHeight - block.top
      let first = max(0, -top)
      let end = max(first, min(block.kernelHeight, block.inputHeight - top))
      let lineOutput = block.output + (line * block.outputLineStep + channel)
      let from = line == block.lines.lowerBound ? block.firstTile : 0
      let to = line == block.lines.upperBound - 1 ? block.endTile : tiles.count
      for index in from..<to {
        let x = tiles.start(index)
        DirectTile<Lanes, Vectors>(
          block: shared, rows: block.rows + (top + first - block.firstRow), kernelRows: end - first,
          column: x * block.pixelStep, filter: filter + first * filterRow,
          output: lineOutput + x * block.outputPixelStep, lastLanes: lanes - (Vectors.count - 1) * Lanes.count,
          bias: block.bias.map { $0 + channel }
        ).dispatch(rows: tiles.rows(index), limit: Lanes.TileLimit.self)
      }
    }
  }
}
