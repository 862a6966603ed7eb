import CVector

/// The geometry of a pooling window without padding (VALID), channels innermost.
public struct PoolGeometry: Sendable {
  public var inputHeight: Int
  public var inputWidth: Int
  public var outputHeight: Int
  public var outputWidth: Int
  public var channels: Int
  public var size: Int
  public var stride: Int

  /// - Parameter size: at most 16, so that a byte can name every value of a window.
  public init(inputHeight: Int, inputWidth: Int, channels: Int, size: Int, stride: Int) {
    guard size <= 16 else { fatalError("a pooling window is at most 16 x 16") }
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.channels = channels
    self.size = size
    self.stride = stride
    outputHeight = (inputHeight - size) / stride + 1
    outputWidth = (inputWidth - size) / stride + 1
  }

  /// The windows, `count` of them in a row or column, that reach over input place `place`.
  @inlinable @inline(__always)
  func windows(over place: Int, count: Int) -> Range<Int> {
    (place < size ? 0 : (place - size) / stride + 1)..<min(place / stride + 1, count)
  }

  /// Offset of the first input pixel under output row `row` (counted over all images).
  @inlinable @inline(__always)
  func inputOffset(row: Int) -> Int {
    let (image, y) = row.quotientAndRemainder(dividingBy: outputHeight)
    return (image * inputHeight + y * stride) * inputWidth * channels
  }
}

/// The windows over one pixel of the input.
@usableFromInline struct PoolWindows {
  @usableFromInline let down: Range<Int>
  @usableFromInline let across: Range<Int>
  /// The image's first, counted over all images.
  @usableFromInline let firstRow: Int
  @usableFromInline let y: Int
  @usableFromInline let x: Int
  @usableFromInline let pool: PoolGeometry

  @inlinable @inline(__always)
  init(down: Range<Int>, across: Range<Int>, firstRow: Int, y: Int, x: Int, pool: PoolGeometry) {
    self.down = down
    self.across = across
    self.firstRow = firstRow
    self.y = y
    self.x = x
    self.pool = pool
  }

  /// - Parameter body: is given the offset of the window's result, and which of the window's values the pixel is.
  @inlinable @inline(__always)
  func forEach(_ body: (Int, Int32) -> Void) {
    for i in down {
      for j in across {
        let place = place(i, j)
        body(place.offset, place.index)
      }
    }
  }

  /// The only window, which is all there is where windows do not overlap.
  @inlinable @inline(__always)
  var only: (offset: Int, index: Int32)? {
    down.count == 1 && across.count == 1 ? place(down.lowerBound, across.lowerBound) : nil
  }

  @inlinable @inline(__always)
  func place(_ i: Int, _ j: Int) -> (offset: Int, index: Int32) {
    (
      ((firstRow + i) * pool.outputWidth + j) * pool.channels,
      Int32(truncatingIfNeeded: (y - i * pool.stride) * pool.size + (x - j * pool.stride))
    )
  }
}

extension LayerKernels {
  /// Max pool of output rows `rows`, counted over all images.
  @inlinable @inline(never)
  public static func maxPool(_ input: Source, into output: Destination, _ pool: PoolGeometry, rows: Range<Int>) {
    let channels = pool.channels
    let rowStride = pool.inputWidth * channels
    for row in rows {
      for x in 0..<pool.outputWidth {
        let window = input + (pool.inputOffset(row: row) + x * pool.stride * channels)
        let best = output + (row * pool.outputWidth + x) * channels
        best.update(from: window, count: channels)
        for r in 0..<pool.size {
          for s in 0..<pool.size where r + s > 0 {
            let candidate = window + (r * rowStride + s * channels)
            for c in 0..<channels { best[c] = candidate[c] > best[c] ? candidate[c] : best[c] }
          }
        }
      }
    }
  }

  /// The same, and which value of its window won, r * size + s, the first of equals: what backward needs.
  @inlinable @inline(never)
  public static func maxPool(
    _ input: Source, into output: Destination, argmax: UnsafeMutablePointer<UInt8>, _ pool: PoolGeometry,
    rows: Range<Int>
  ) {
    let (channels, width) = (pool.channels, Lanes.count)
    for row in rows {
      for x in 0..<pool.outputWidth {
        let window = input + (pool.inputOffset(row: row) + x * pool.stride * channels)
        let result = (row * pool.outputWidth + x) * channels
        if channels < width {
          narrowWindow(window, pool, best: output + result, argmax: argmax + result)
        } else {
          for start in Swift.stride(from: 0, to: channels, by: width) {
            // The last vector overlaps the one before it.
            let c = min(start, channels - width)
            wideWindow(window + c, pool, best: output + (result + c), argmax: argmax + (result + c))
          }
        }
      }
    }
  }

  /// A vector of channels.
  @inlinable @inline(__always)
  static func wideWindow(
    _ window: Source, _ pool: PoolGeometry, best: Destination, argmax: UnsafeMutablePointer<UInt8>
  ) {
    var (value, which) = (Lanes(load: window), Lanes.zero)
    for r in 0..<pool.size {
      for s in 0..<pool.size where r + s > 0 {
        let candidate = Lanes(load: window + (r * pool.inputWidth + s) * pool.channels)
        which = Lanes.pick(Lanes(Float(r * pool.size + s)), where: candidate, exceeds: value, else: which)
        value = Lanes.pick(candidate, where: candidate, exceeds: value, else: value)
      }
    }
    value.store(to: best)
    which.storeBytes(to: argmax)
  }

  /// Fewer channels than a vector has.
  @inlinable @inline(__always)
  static func narrowWindow(
    _ window: Source, _ pool: PoolGeometry, best: Destination, argmax: UnsafeMutablePointer<UInt8>
  ) {
    best.update(from: window, count: pool.channels)
    argmax.update(repeating: 0, count: pool.channels)
    for r in 0..<pool.size {
      for s in 0..<pool.size where r + s > 0 {
        let candidate = window + (r * pool.inputWidth + s) * pool.channels
        for c in 0..<pool.channels where candidate[c] > best[c] {
          best[c] = candidate[c]
          argmax[c] = UInt8(truncatingIfNeeded: r * pool.size + s)
        }
      }
    }
  }

  /// Input gradient of a max pool, its rows `rows`, counted over all images: every pixel gets the gradients of those
  /// windows that it won, and is written once.
  /// - Parameter nonTemporal: whether by non-temporal stores; pixels are then whole vectors, aligned to them.
  @inlinable @inline(never)
  public static func maxPoolGradient(
    _ outputGradient: Source, argmax: UnsafePointer<UInt8>, into inputGradient: Destination, _ pool: PoolGeometry,
    rows: Range<Int>, nonTemporal: Bool
  ) {
    let (channels, width) = (pool.channels, Lanes.count)
    for row in rows {
      let (image, y) = row.quotientAndRemainder(dividingBy: pool.inputHeight)
      let down = pool.windows(over: y, count: pool.outputHeight)
      var (first, end) = (0, 0)
      for x in 0..<pool.inputWidth {
        // Those of a row that reach over x.
        if x == end * pool.stride, end < pool.outputWidth { end += 1 }
        if x == first * pool.stride + pool.size { first += 1 }
        let windows = PoolWindows(
          down: down, across: first..<end, firstRow: image * pool.outputHeight, y: y, x: x, pool: pool)
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
