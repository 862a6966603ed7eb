import CVector

extension DirectKernels {
  /// Convolves a block: panel by panel, so that a panel of the filter stays in the cache for all pixels of the block.
  ///
  /// Every output is one chain of multiply-adds in the order [kernel row][segment][channel] whatever the block, so the
  /// result does not depend on how the work is cut.
  @inlinable @inline(never)
  public static func direct(_ shape: DirectShape, _ block: DirectBlock) {
    withUnsafePointer(to: shape) { shape in
      withUnsafePointer(to: TileSink(shape.pointee.output, block.output)) { sink in
        for panel in block.panels {
          let lanes = min(shape.pointee.output.channels - panel * panelWidth, panelWidth)
          if lanes > Lanes.count {
            directPanel(shape, block, sink, panel, lanes, Count2.self)
          } else {
            directPanel(shape, block, sink, panel, lanes, Count1.self)
          }
        }
      }
    }
    if block.output.nonTemporal { cvector_store_fence() }
  }

  @inlinable @inline(__always)
  static func directPanel<Vectors: UnrolledCount>(
    _ shape: UnsafePointer<DirectShape>, _ block: DirectBlock, _ sink: UnsafePointer<TileSink>, _ panel: Int,
    _ lanes: Int, _: Vectors.Type
  ) {
    let (lines, output) = (shape.pointee.lines, shape.pointee.output)
    let channel = panel * panelWidth
    let filter = block.filter + channel * lines.kernelHeight * shape.pointee.rowDepth
    let filterRow = shape.pointee.rowDepth * Vectors.count * Lanes.count
    let tiles = EvenTiles(lines.width, limit: Lanes.tileRows)
    for line in block.lines {
      let kernel = lines.kernelRows(of: line)
      let lineOutput = block.output.base + (line * output.lineStep + channel)
      for index in block.tiles(of: line, count: tiles.count) {
        let x = tiles.start(index)
        DirectTile<Lanes, Vectors>(
          shape: shape, sink: sink, rows: block.rows.from(lines.firstRow(of: line) + kernel.first),
          kernelRows: kernel.count, column: x * lines.pixelStep, filter: filter + kernel.first * filterRow,
          output: lineOutput + x * output.pixelStep, lastLanes: lanes - (Vectors.count - 1) * Lanes.count,
          bias: block.output.bias.map { $0 + channel }
        ).dispatch(rows: tiles.rows(index), limit: Lanes.TileLimit.self)
      }
    }
  }
}
