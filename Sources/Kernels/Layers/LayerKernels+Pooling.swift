import CVector

extension LayerKernels {
  /// Max pool of output rows `rows`, counted over all images.
  @inlinable @inline(never)
  public static func maxPool(_ input: Source, into output: Destination, _ pool: PoolGeometry, rows: Range<Int>) {
    for row in rows {
      let (image, y) = row.quotientAndRemainder(dividingBy: pool.outputHeight)
      for x in 0..<pool.outputWidth {
        let window = PoolWindow(image: image, y: y, x: x, pool: pool)
        reduce(
          window, input, into: output + (row * pool.outputWidth + x) * pool.channels,
          combine: { $0.maximum($1) }, finish: { $0 })
      }
    }
  }

  /// Combines the pixels of a window, channel by channel.
  /// - Parameters:
  ///   - result: [channels]
  ///   - combine: is given what was combined so far, and the next pixel
  @inlinable @inline(__always)
  static func reduce(
    _ window: PoolWindow, _ input: Source, into result: Destination, combine: (Lanes, Lanes) -> Lanes,
    finish: (Lanes) -> Lanes
  ) {
    let (channels, width) = (window.pool.channels, Lanes.count)
    let first = input + window.offset
    guard channels >= width else {
      var value = Lanes(load: first, first: channels)
      window.forEachOther { offset, _ in value = combine(value, Lanes(load: first + offset, first: channels)) }
      return finish(value).store(to: result, first: channels)
    }
    // Two vectors share the loop over a window. The last ones overlap those before them.
    for start in Swift.stride(from: 0, to: channels, by: 2 * width) {
      let (c, d) = (min(start, channels - width), min(start + width, channels - width))
      var (valueC, valueD) = (Lanes(load: first + c), Lanes(load: first + d))
      window.forEachOther { offset, _ in
        valueC = combine(valueC, Lanes(load: first + (offset + c)))
        valueD = combine(valueD, Lanes(load: first + (offset + d)))
      }
      finish(valueC).store(to: result + c)
      finish(valueD).store(to: result + d)
    }
  }

  /// Max pool that also stores, for the gradient, the index r * width + s of each maximum within its window; of equal
  /// values the first is taken.
  @inlinable @inline(never)
  public static func maxPool(
    _ input: Source, into output: Destination, argmax: UnsafeMutablePointer<UInt8>, _ pool: PoolGeometry,
    rows: Range<Int>
  ) {
    guard pool.rows.size * pool.columns.size <= PoolGeometry.largestMaxPool else { fatalError("a byte is too small") }
    let (channels, width) = (pool.channels, Lanes.count)
    for row in rows {
      let (image, y) = row.quotientAndRemainder(dividingBy: pool.outputHeight)
      for x in 0..<pool.outputWidth {
        let window = PoolWindow(image: image, y: y, x: x, pool: pool)
        let first = input + window.offset
        let result = (row * pool.outputWidth + x) * channels
        if channels < width {
          narrowWindow(first, window, best: output + result, argmax: argmax + result)
        } else {
          // Two vectors share the loop over a window. The last ones overlap those before them.
          for start in Swift.stride(from: 0, to: channels, by: 2 * width) {
            let (c, d) = (min(start, channels - width), min(start + width, channels - width))
            wideWindow(first, window, (c, d), best: output + result, argmax: argmax + result)
          }
        }
      }
    }
  }

  /// The maximum of a window and its index, for two vectors of channels.
  /// - Parameter first: the window's first pixel.
  /// - Parameter vectors: the first channels of both.
  @inlinable @inline(__always)
  static func wideWindow(
    _ first: Source, _ window: PoolWindow, _ vectors: (Int, Int), best: Destination,
    argmax: UnsafeMutablePointer<UInt8>
  ) {
    let (a, b) = (first + vectors.0, first + vectors.1)
    var (valueA, valueB) = (Lanes(load: a), Lanes(load: b))
    var whichA = Lanes(Float(window.first))
    var whichB = whichA
    window.forEachOther { offset, index in
      let (nextA, nextB, index) = (Lanes(load: a + offset), Lanes(load: b + offset), Lanes(Float(index)))
      whichA = Lanes.pick(index, where: nextA, exceeds: valueA, else: whichA)
      whichB = Lanes.pick(index, where: nextB, exceeds: valueB, else: whichB)
      valueA = Lanes.pick(nextA, where: nextA, exceeds: valueA, else: valueA)
      valueB = Lanes.pick(nextB, where: nextB, exceeds: valueB, else: valueB)
    }
    valueA.store(to: best + vectors.0)
    valueB.store(to: best + vectors.1)
    whichA.storeBytes(to: argmax + vectors.0)
    whichB.storeBytes(to: argmax + vectors.1)
  }

  /// The maximum of a window and its index, for all channels, which are fewer than a vector has.
  /// - Parameter first: the window's first pixel.
  @inlinable @inline(__always)
  static func narrowWindow(
    _ first: Source, _ window: PoolWindow, best: Destination, argmax: UnsafeMutablePointer<UInt8>
  ) {
    let channels = window.pool.channels
    best.update(from: first, count: channels)
    argmax.update(repeating: UInt8(truncatingIfNeeded: window.first), count: channels)
    window.forEachOther { offset, index in
      let candidate = first + offset
      for c in 0..<channels where candidate[c] > best[c] {
        best[c] = candidate[c]
        argmax[c] = UInt8(truncatingIfNeeded: index)
      }
    }
  }

  /// Input gradient of a max pool, its rows `rows`, counted over all images: every pixel is written once, with the sum
  /// of the gradients of those windows whose maximum it is.
  /// - Parameter nonTemporal: whether to write by non-temporal stores; pixels are then whole vectors, aligned to them.
  @inlinable @inline(never)
  public static func maxPoolGradient(
    _ outputGradient: Source, argmax: UnsafePointer<UInt8>, into inputGradient: Destination, _ pool: PoolGeometry,
    rows: Range<Int>, nonTemporal: Bool
  ) {
    let (channels, width) = (pool.channels, Lanes.count)
    for row in rows {
      let (image, y) = row.quotientAndRemainder(dividingBy: pool.inputHeight)
      let down = pool.rows.windows(over: y + pool.rows.before)
      // Windows first..<end of a row reach over column x.
      let corner = pool.columns.windows(over: pool.columns.before)
      var (first, end) = (corner.lowerBound, corner.upperBound)
      for x in 0..<pool.inputWidth {
        let place = x + pool.columns.before
        if place == end * pool.columns.stride, end < pool.outputWidth { end += 1 }
        if place == first * pool.columns.stride + pool.columns.size { first += 1 }
        let windows = PoolWindows(
          down: down, across: first..<end, firstRow: image * pool.outputHeight, y: y + pool.rows.before, x: place,
          pool: pool)
        let pixel = inputGradient + (row * pool.inputWidth + x) * channels
        if channels < width {
          for c in 0..<channels {
            var sum: Float = 0
            windows.forEach { offset, index in
              if argmax[offset + c] == UInt8(truncatingIfNeeded: index) { sum += outputGradient[offset + c] }
            }
            pixel[c] = sum
          }
        } else if let (offset, index) = windows.only {
          for start in Swift.stride(from: 0, to: channels, by: width) {
            let c = min(start, channels - width)
            let gradient = Lanes(load: outputGradient + (offset + c)).kept(where: argmax + (offset + c), are: index)
            gradient.store(to: pixel + c, nonTemporal: nonTemporal)
          }
        } else {
          for start in Swift.stride(from: 0, to: channels, by: width) {
            // The last vector overlaps the one before it.
            let c = min(start, channels - width)
            var sum = Lanes.zero
            windows.forEach { offset, index in
              sum = sum + Lanes(load: outputGradient + (offset + c)).kept(where: argmax + (offset + c), are: index)
            }
            sum.store(to: pixel + c, nonTemporal: nonTemporal)
          }
        }
      }
    }
    if nonTemporal { cvector_store_fence() }
  }

  /// output[c] = mean over the pixels of one image, which are `step` floats apart.
  @inlinable @inline(never)
  public static func averagePool(
    _ input: Source, into output: Destination, pixels: Int, step: Int, channels: Int
  ) {
    output.update(repeating: 0, count: channels)
    for pixel in 0..<pixels {
      let values = input + pixel * step
      for c in 0..<channels { output[c] += values[c] }
    }
    let scale = 1 / Float(pixels)
    for c in 0..<channels { output[c] *= scale }
  }

  /// Some pixels of one image: each gets the same share, `scale`, of the mean's gradient.
  @inlinable @inline(never)
  public static func averagePoolGradient(
    _ outputGradient: Source, into inputGradient: Destination, pixels: Int, scale: Float, channels: Int
  ) {
    for pixel in 0..<pixels {
      for c in 0..<channels { inputGradient[pixel * channels + c] = scale * outputGradient[c] }
    }
  }
}
