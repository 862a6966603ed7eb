import CVector

extension FullyConnectedKernels {
  /// Filter gradient of a fully connected layer for some tiles of inputs: dW = x^T dy, each element written once.
  ///
  /// - block: `rows[0]` points at x packed by `packBatchTiles`, `gradient` at dy packed by `packGradient`; one line of
  ///   batch pixels; `rowDepth` inputs. `units` counts tiles of inputs, and each goes through all panels, so that whole
  ///   rows of W's gradient are written one after another.
  @inlinable @inline(never)
  public static func connectedFilterGradient(_ block: DirectGradientBlock) {
    let panelWidth = 2 * Lanes.count
    let tiles = EvenTiles(block.rowDepth, limit: Lanes.tileRows)
    withUnsafePointer(to: block) { shared in
      for tile in shared.pointee.units {
        for panel in 0..<(shared.pointee.outputs + panelWidth - 1) / panelWidth {
          let lanes = min(shared.pointee.outputs - panel * panelWidth, panelWidth)
          let gradient: Source = shared.pointee.gradient + panel * shared.pointee.pixels * panelWidth
          let result: Destination =
            shared.pointee.result + (tiles.start(tile) * shared.pointee.resultStep + panel * panelWidth)
          let column = tile * shared.pointee.pixels * shared.pointee.pixelStep
          if lanes > Lanes.count {
            DirectGradientTile<Lanes, Count2>(
              block: shared, kernelRow: 0, column: column, gradient: gradient, result: result,
              lastLanes: lanes - Lanes.count
            ).dispatch(rows: tiles.rows(tile), limit: Lanes.TileLimit.self)
          } else {
            DirectGradientTile<Lanes, Count1>(
              block: shared, kernelRow: 0, column: column, gradient: gradient, result: result, lastLanes: lanes
            ).dispatch(rows: tiles.rows(tile), limit: Lanes.TileLimit.self)
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
