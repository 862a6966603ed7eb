import CVector

extension DepthwiseKernels {
  /// Depthwise convolution of a block, vectorised over channels: line by line, one vector of channels at a time.
  ///
  /// Every output is one chain of multiply-adds in the order [kernel row][tap], whatever the block.
  @inlinable @inline(never)
  public static func depthwise(_ shape: DepthwiseShape, _ block: DirectBlock) {
    let (lines, output) = (shape.lines, shape.output)
    let tiles = EvenTiles(lines.width, limit: Lanes.depthwiseRows)
    withUnsafePointer(to: shape) { shape in
      withUnsafePointer(to: TileSink(output, block.output)) { sink in
        for line in block.lines {
          let kernel = lines.kernelRows(of: line)
          for vector in block.panels {
            let channel = vector * Lanes.count
            for index in block.tiles(of: line, count: tiles.count) {
              let (x, rows) = (tiles.start(index), tiles.rows(index))
              DepthwiseTile<Lanes>(
                shape: shape, sink: sink, rows: block.rows.from(lines.firstRow(of: line) + kernel.first),
                kernelRows: kernel.count, column: x * lines.pixelStep + channel,
                filter: block.filter + (kernel.first * shape.pointee.filterRowStep + channel),
                output: block.output.base + (line * output.lineStep + x * output.pixelStep + channel),
                lanes: min(output.channels - channel, Lanes.count), bias: block.output.bias.map { $0 + channel },
                clipsLeft: shape.pointee.clipsLeft && x == 0,
                clipsRight: shape.pointee.clipsRight && x + rows == lines.width
              ).dispatch(rows: rows, limit: Lanes.DepthwiseLimit.self)
            }
          }
        }
      }
    }
    if block.output.nonTemporal { cvector_store_fence() }
  }
}
