import CVector

extension FullyConnectedKernels {
  /// Filter gradient of a fully connected layer for some tiles of inputs: dW = x^T dy, each element written once.
  ///
  /// - shape: one line of batch pixels, `rowDepth` inputs
  /// - block: row 0 points at x packed by `packBatchTiles`, `gradient` at dy packed by `packGradient`. `units` counts
  ///   tiles of inputs, and each goes through all panels, so that whole rows of W's gradient are written one after
  ///   another.
  @inlinable @inline(never)
  public static func connectedFilterGradient(_ shape: DirectGradientShape, _ block: DirectGradientBlock) {
    let tiles = EvenTiles(shape.rowDepth, limit: Lanes.tileRows)
    let (batch, pitch) = (shape.lines.width, shape.lines.pixelStep)
    let panels = panels(of: shape.outputs)
    withUnsafePointer(to: shape) { shape in
      withUnsafePointer(to: block) { block in
        for tile in block.pointee.units {
          for panel in 0..<panels {
            directGradientTile(
              shape, block, panel: panel, kernelRow: 0, column: tile * batch * pitch,
              gradient: block.pointee.gradient + panel * batch * panelWidth,
              result: block.pointee.result + (tiles.start(tile) * shape.pointee.resultStep + panel * panelWidth),
              rows: tiles.rows(tile))
          }
        }
      }
    }
    if block.nonTemporal { cvector_store_fence() }
  }

  /// packed[tile][image][`pitch`] = x[image][input] for tiles of inputs as `connectedFilterGradient` cuts them.
  @inlinable @inline(never)
  public static func packBatchTiles(
    _ x: Source, inputs: Int, batch: Int, tiles range: Range<Int>, pitch: Int, packed: Destination
  ) {
    let tiles = EvenTiles(inputs, limit: Lanes.tileRows)
    for tile in range {
      let start = tiles.start(tile)
      for image in 0..<batch {
        let destination: Destination = packed + (tile * batch + image) * pitch
        let source: Source = x + (image * inputs + start)
        for i in 0..<tiles.rows(tile) { destination[i] = source[i] }
      }
    }
  }

  /// Copies by non-temporal stores, but for the ends that are no whole aligned vectors. A store fence must follow.
  @inlinable @inline(never)
  public static func copyNonTemporal(_ source: Source, to destination: Destination, count: Int) {
    let vectorBytes = Lanes.count * MemoryLayout<Float>.stride
    let misaligned = Int(bitPattern: destination) % vectorBytes / MemoryLayout<Float>.stride
    let head = min(misaligned == 0 ? 0 : Lanes.count - misaligned, count)
    let end = head + (count - head) / Lanes.count * Lanes.count
    Lanes(load: source, first: head).store(to: destination, first: head)
    for i in stride(from: head, to: end, by: Lanes.count) {
      Lanes(load: source + i).storeNonTemporal(to: destination + i)
    }
    Lanes(load: source + end, first: count - end).store(to: destination + end, first: count - end)
  }
}
