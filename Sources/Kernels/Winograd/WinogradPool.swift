import CVector

/// Winograd transforms that go through a 2x2 max pool with stride 2: the forward pass stores the pooled value and, in
/// one byte, which of the four won; the gradients rebuild the full-size gradient of a tile from both, so that it never
/// exists in memory. Windows that an odd size leaves incomplete are dropped.
///
/// For F(4x4,3x3) with a padding of 1: a tile's outputs are then 2 x 2 whole windows, and its input patch touches 4 x
/// 4. Channels are a multiple of the vector.
extension WinogradKernels {
  /// Y = A^T M A of `tiles`, then the pool, bias and bounds.
  ///
  /// The argmax is decided before the bias is added, the first of equals.
  /// - Parameter job: its images are the pooled ones; no residual, no reluMask.
  /// - Parameter argmax: shaped like the images: y * 2 + x, or 4 where the result is not above the lower bound.
  @inlinable @inline(never)
  public static func winogradPooledOutput(
    _ job: WinogradOutput, argmax: UnsafeMutablePointer<UInt8>?, tiles: Range<Int>
  ) {
    if let argmax {
      poolOutput(job, tiles, argmax: argmax, keepsArgmax: true)
    } else {
      poolOutput(
        job, tiles, argmax: UnsafeMutableRawPointer(job.images.base).assumingMemoryBound(to: UInt8.self),
        keepsArgmax: false)
    }
    if job.nonTemporal { cvector_store_fence() }
  }

  /// - Parameter keepsArgmax: a constant, so that one of two loops remains.
  @inlinable @inline(__always)
  static func poolOutput(
    _ job: WinogradOutput, _ tiles: Range<Int>, argmax: UnsafeMutablePointer<UInt8>, keepsArgmax: Bool
  ) {
    let (width, images, positionStride) = (Lanes.count, job.images, job.block.positionStride)
    let (pixelStride, rowStride) = (images.pixelStride, images.width * images.pixelStride)
    let columnStride = job.block.rows * 2 * width
    let (lower, upper) = (Lanes(job.bounds.lowerBound), Lanes(job.bounds.upperBound))
    for tile in tiles {
      let place = job.tiling.place(of: tile)
      let (y, x) = (2 * place.down, 2 * place.across)
      let (rows, columns) = (min(2, images.height - y), min(2, images.width - x))
      if rows <= 0 || columns <= 0 { continue }
      let corner = images.pixel(place.image, y, x)
      let products = Source(job.block.row(of: tile, pitch: 2 * width))
      for vector in 0..<(images.channels / width) {
        let source = products + ((vector >> 1) * columnStride + (vector & 1) * width)
        let bias = Lanes(load: job.bias + vector * width)
        let zero = Lanes.zero
        var best: InlineArray<4, Lanes> = [zero, zero, zero, zero]
        var index: InlineArray<4, Lanes> = [zero, zero, zero, zero]
        F4x3.Output.applyTwice { i, j in
          Lanes(load: source + (i * 6 + j) * positionStride)
        } _: { i, j, value in
          let (window, which) = ((i >> 1) * 2 + (j >> 1), (i & 1) * 2 + (j & 1))
          if which == 0 {
            best[unchecked: window] = value
          } else {
            if keepsArgmax {
              index[unchecked: window] = Lanes.pick(
                Lanes(Float(which)), where: value, exceeds: best[unchecked: window], else: index[unchecked: window])
            }
            best[unchecked: window] = best[unchecked: window].maximum(value)
          }
        }
        let output = corner + vector * width
        let bytes = argmax + (output - images.base)
        Count4.forEach { window in
          let (i, j) = (window >> 1, window & 1)
          if i < rows, j < columns {
            let offset = i * rowStride + j * pixelStride
            let value = best[unchecked: window] + bias
            if keepsArgmax {
              Lanes.pick(index[unchecked: window], where: value, exceeds: lower, else: Lanes(4))
                .storeBytes(to: bytes + offset)
            }
            let bounded = value.maximum(lower).minimum(upper)
            if job.nonTemporal {
              bounded.storeNonTemporal(to: output + offset)
            } else {
              bounded.store(to: output + offset)
            }
          }
        }
      }
    }
  }

  /// V = B^T d B as `winogradInput`, with d rebuilt from a pooled gradient.
  /// - Parameter job: its images are the pooled ones.
  /// - Parameter argmax: shaped like the images.
  @inlinable @inline(never)
  public static func winogradPooledInput(_ job: WinogradPatches, argmax: UnsafePointer<UInt8>, tiles: Range<Int>) {
    let (width, images, positionStride) = (Lanes.count, job.images, job.block.positionStride)
    let windows = WinogradWindows(job.scratch)
    for tile in tiles {
      let place = job.tiling.place(of: tile)
      // The patch begins at row 4 down - 1: the lower row of window 2 down - 1.
      windows.fill(images, argmax, job.zeros, place.image, y: 2 * place.down - 1, x: 2 * place.across - 1, size: 4)
      var destination = job.block.row(of: tile, pitch: width)
      for vector in 0..<(images.channels / width) {
        let channel = vector * width
        Count4.forEach { row in
          let next = windows.values[row * 4 + 2] + (2 * images.pixelStride + channel)
          cvector_prefetch_l1(next)
          cvector_prefetch_l1(next + images.pixelStride)
        }
        F4x3.Input.applyTwice { i, j in
          let (window, which) = (((i + 1) >> 1) * 4 + ((j + 1) >> 1), ((i + 1) & 1) * 2 + ((j + 1) & 1))
          return Lanes(load: windows.values[window] + channel)
            .kept(where: windows.argmax[window] + channel, are: Int32(which))
        } _: { i, j, value in
          value.store(to: destination + (i * 6 + j) * positionStride)
        }
        destination += job.block.rows * width
      }
    }
  }

  /// Z = A dY A^T as `winogradOutputGradient`, with dY rebuilt from a pooled gradient.
  /// - Parameter job: its images are the pooled ones.
  /// - Parameter argmax: shaped like the images.
  @inlinable @inline(never)
  public static func winogradPooledOutputGradient(
    _ job: WinogradPatches, argmax: UnsafePointer<UInt8>, biasSums: Destination?, tiles: Range<Int>
  ) {
    let (width, images) = (Lanes.count, job.images)
    let columnStride = job.block.rows * 2 * width
    let windows = WinogradWindows(job.scratch)
    for tile in tiles {
      let place = job.tiling.place(of: tile)
      windows.fill(images, argmax, job.zeros, place.image, y: 2 * place.down, x: 2 * place.across, size: 2)
      let row = job.block.row(of: tile, pitch: 2 * width)
      for vector in 0..<(images.channels / width) {
        let channel = vector * width
        Count4.forEach { window in cvector_prefetch_l1(windows.values[window] + (2 * images.pixelStride + channel)) }
        let destination = row + ((vector >> 1) * columnStride + (vector & 1) * width)
        transformOutputGradient(F4x3.self, to: destination, job, biasSums.map { $0 + channel }) { i, j in
          let (window, which) = ((i >> 1) * 2 + (j >> 1), (i & 1) * 2 + (j & 1))
          return Lanes(load: windows.values[window] + channel)
            .kept(where: windows.argmax[window] + channel, are: Int32(which))
        }
      }
    }
  }
}

/// Pointers to the pooled values and pooling indices that a tile touches.
@usableFromInline struct WinogradWindows {
  @usableFromInline let values: UnsafeMutablePointer<Source>
  @usableFromInline let argmax: UnsafeMutablePointer<UnsafePointer<UInt8>>

  /// - Parameter scratch: room for 32 pointers.
  @inlinable @inline(__always)
  init(_ scratch: UnsafeMutablePointer<Source>) {
    values = scratch
    argmax = UnsafeMutableRawPointer(scratch + 16).assumingMemoryBound(to: UnsafePointer<UInt8>.self)
  }

  /// size x size windows from (y, x) on. Outside the image: zeros, and any pooling indices.
  @inlinable @inline(__always)
  func fill(
    _ images: WinogradImages, _ argmaxBase: UnsafePointer<UInt8>, _ zeros: Source, _ image: Int, y: Int, x: Int,
    size: Int
  ) {
    for i in 0..<size {
      for j in 0..<size {
        let isInside = y + i >= 0 && y + i < images.height && x + j >= 0 && x + j < images.width
        let value = isInside ? Source(images.pixel(image, y + i, x + j)) : zeros
        values[i * size + j] = value
        argmax[i * size + j] = isInside ? argmaxBase + (value - Source(images.base)) : argmaxBase
      }
    }
  }
}
