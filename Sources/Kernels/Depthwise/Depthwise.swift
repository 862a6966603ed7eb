import CVector

extension DepthwiseKernels {
  /// Depthwise convolution of a block, vectorised over channels: line by line, one vector of channels at a time.
  ///
  /// Every output is one chain of multiply-adds in the order [kernel row][tap], whatever the block.
  @inlinable @inline(never)
  public static func depthwise(_ block: DirectBlock) {
    let tiles = EvenTiles(block.width, limit: Lanes.depthwiseRows)
    withUnsafePointer(to: block) { shared in
      let block = shared.pointee
      for line in block.lines {
        let top = line * block.strideHeight - block.top
        let first = max(0, -top)
        let end = max(first, min(block.kernelHeight, block.inputHeight - top))
        let from = line == block.lines.lowerBound ? block.firstTile : 0
        let to = line == block.lines.upperBound - 1 ? block.endTile : tiles.count
        for vector in block.panels {
          let channel = vector * Lanes.count
          for index in from..<to {
            let (x, rows) = (tiles.start(index), tiles.rows(index))
            DepthwiseTile<Lanes>(
              block: shared, rows: block.rows + (top + first - block.firstRow), kernelRows: end - first,
              column: x * block.pixelStep + channel, filter: block.filter + (first * block.filterRowStep + channel),
              output: block.output + (line * block.outputLineStep + x * block.outputPixelStep + channel),
              lanes: min(block.outputs - channel, Lanes.count), bias: block.bias.map { $0 + channel },
              clipsLeft: block.clipsLeft && x == 0, clipsRight: block.clipsRight && x + rows == block.width
            ).dispatch(rows: rows, limit: Lanes.DepthwiseLimit.self)
          }
        }
      }
    }
    if block.nonTemporal { cvector_store_fence() }
  }
}
