import CVector

extension WinogradKernels {
  /// V = B^T d B of `tiles`: patches d of points x points pixels, m apart, go to the rows of a block.
  ///
  /// The channels behind the last one, up to a whole vector, become zero. Source: Lavin & Gray 2016.
  @inlinable @inline(never)
  public static func winogradInput(_ algorithm: WinogradAlgorithm, _ job: WinogradPatches, tiles: Range<Int>) {
    switch algorithm {
    case .f2x3: transformInput(F2x3.self, job, tiles)
    case .f4x3: transformInput(F4x3.self, job, tiles)
    case .f6x3: transformInput(F6x3.self, job, tiles)
    case .f2x5: transformInput(F2x5.self, job, tiles)
    case .f4x5: transformInput(F4x5.self, job, tiles)
    }
  }

  @inlinable @inline(__always)
  static func transformInput<T: WinogradTransforms>(_: T.Type, _ job: WinogradPatches, _ tiles: Range<Int>) {
    let (points, size, width) = (T.Input.Inputs.count, T.Output.Outputs.count, Lanes.count)
    let images = job.images
    let (pixelStride, rowStride) = (images.pixelStride, images.width * images.pixelStride)
    let wholeVectors = images.channels / width
    let remainder = images.channels - wholeVectors * width
    let (positionStride, vectorStride) = (job.block.positionStride, job.block.rows * width)
    let table = job.scratch
    for tile in tiles {
      let patch = job.tiling.patch(of: tile, size: size, top: job.tiling.top, left: job.tiling.left)
      let isInside = patch.isInside(images, size: points)
      var destination = job.block.row(of: tile, pitch: width)
      if !isInside || remainder > 0 { patch.fill(table, size: points, images, job.tiling, zeros: job.zeros) }
      if isInside {
        var corner = Source(images.pixel(patch.image, patch.y, patch.x))
        for _ in 0..<wholeVectors {
          // The columns that the next tile will be the first to read.
          let next = corner + points * pixelStride
          T.Input.Inputs.forEach { i in
            T.Output.Outputs.forEach { j in cvector_prefetch_l1(next + (i * rowStride + j * pixelStride)) }
          }
          T.Input.applyTwice { i, j in
            Lanes(load: corner + (i * rowStride + j * pixelStride))
          } _: { i, j, value in
            value.store(to: destination + (i * points + j) * positionStride)
          }
          corner += width
          destination += vectorStride
        }
      } else {
        for vector in 0..<wholeVectors {
          T.Input.applyTwice { i, j in
            Lanes(load: table[i * points + j] + vector * width)
          } _: { i, j, value in
            value.store(to: destination + (i * points + j) * positionStride)
          }
          destination += vectorStride
        }
      }
      if remainder > 0 {
        T.Input.applyTwice { i, j in
          Lanes(load: table[i * points + j] + wholeVectors * width, first: remainder)
        } _: { i, j, value in
          value.store(to: destination + (i * points + j) * positionStride)
        }
      }
    }
  }
}
