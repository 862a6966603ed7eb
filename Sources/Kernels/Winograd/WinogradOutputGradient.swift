import CVector

extension WinogradKernels {
  /// Z = A dY A^T of `tiles`, m x m outputs each. Channels behind the last vector stay as they are.
  /// - Parameter biasSums: one float for each channel, up to a whole vector, to which the tiles' gradients are added
  @inlinable @inline(never)
  public static func winogradOutputGradient(
    _ algorithm: WinogradGradientAlgorithm, _ job: WinogradPatches, biasSums: Destination?, tiles: Range<Int>
  ) {
    switch algorithm {
    case .f4x3: transformOutputGradient(F4x3.self, job, biasSums, tiles)
    case .f2x5: transformOutputGradient(F2x5.self, job, biasSums, tiles)
    }
  }

  @inlinable @inline(__always)
  static func transformOutputGradient<T: WinogradGradientTransforms>(
    _: T.Type, _ job: WinogradPatches, _ biasSums: Destination?, _ tiles: Range<Int>
  ) {
    let (size, width) = (T.OutputGradient.Inputs.count, Lanes.count)
    let images = job.images
    let (pixelStride, rowStride) = (images.pixelStride, images.width * images.pixelStride)
    let wholeVectors = images.channels / width
    let remainder = images.channels - wholeVectors * width
    let columnStride = job.block.rows * 2 * width
    let table = job.scratch
    for tile in tiles {
      let patch = job.tiling.patch(of: tile, size: size, top: 0, left: 0)
      let isInside = patch.isInside(images, size: size)
      let corner = Source(images.pixel(patch.image, patch.y, patch.x))
      let row = job.block.row(of: tile, pitch: 2 * width)
      if !isInside || remainder > 0 { patch.fill(table, size: size, images, job.tiling, zeros: job.zeros) }
      for vector in 0..<wholeVectors {
        let destination = row + ((vector >> 1) * columnStride + (vector & 1) * width)
        let sums = biasSums.map { $0 + vector * width }
        if isInside {
          let source = corner + vector * width
          let next = source + size * pixelStride
          T.OutputGradient.Inputs.forEach { i in
            T.OutputGradient.Inputs.forEach { j in cvector_prefetch_l1(next + (i * rowStride + j * pixelStride)) }
          }
          transformOutputGradient(T.self, to: destination, job, sums) { i, j in
            Lanes(load: source + (i * rowStride + j * pixelStride))
          }
        } else {
          transformOutputGradient(T.self, to: destination, job, sums) { i, j in
            Lanes(load: table[i * size + j] + vector * width)
          }
        }
      }
      if remainder > 0 {
        let destination = row + ((wholeVectors >> 1) * columnStride + (wholeVectors & 1) * width)
        let sums = biasSums.map { $0 + wholeVectors * width }
        transformOutputGradient(T.self, to: destination, job, sums) { i, j in
          Lanes(load: table[i * size + j] + wholeVectors * width, first: remainder)
        }
      }
    }
  }

  /// One vector of channels of one tile.
  @inlinable @inline(__always)
  static func transformOutputGradient<T: WinogradGradientTransforms>(
    _: T.Type, to destination: Destination, _ job: WinogradPatches, _ biasSums: Destination?,
    _ gradient: (Int, Int) -> Lanes
  ) {
    let (points, positionStride) = (T.OutputGradient.Outputs.count, job.block.positionStride)
    // One sum for each row of the tile: four short chains rather than a long one.
    var sums: InlineArray<4, Lanes> = [Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero]
    T.OutputGradient.applyTwice { i, j in
      let value = gradient(i, j)
      sums[unchecked: i] = sums[unchecked: i] + value
      return value
    } _: { i, j, value in
      value.store(to: destination + (i * points + j) * positionStride)
    }
    if let biasSums {
      let sum = (sums[unchecked: 0] + sums[unchecked: 1]) + (sums[unchecked: 2] + sums[unchecked: 3])
      (Lanes(load: biasSums) + sum).store(to: biasSums)
    }
  }
}
