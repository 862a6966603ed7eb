import CVector

/// Whether the windows of a pool may overhang the image.
public enum PoolPadding: Sendable {
  /// Every window is complete; pixels at the bottom and right that fill no window are left out.
  case valid
  /// There are ceil(side / stride) windows in a column or row, centred on the image; where the overhang is odd, the
  /// bottom and right have one pixel more. Pixels outside the image are absent: none of them is ever the maximum.
  case same
}

/// Where the windows of a max pool lie on images [inputHeight, inputWidth, channels].
public struct PoolGeometry: Sendable {
  public var inputHeight: Int
  public var inputWidth: Int
  public var outputHeight: Int
  public var outputWidth: Int
  public var channels: Int
  public var size: Int
  public var stride: Int
  public var padding: PoolPadding
  /// Rows by which the first windows overhang the image at the top, and columns at the left; less than `size`.
  public var top = 0
  public var left = 0

  /// - Parameter size: at most 16, so that a byte can name every value of a window.
  public init(
    inputHeight: Int, inputWidth: Int, channels: Int, size: Int, stride: Int, padding: PoolPadding = .valid
  ) {
    guard size <= 16 else { fatalError("a pooling window is at most 16 x 16") }
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.channels = channels
    self.size = size
    self.stride = stride
    self.padding = padding
    switch padding {
    case .valid:
      outputHeight = (inputHeight - size) / stride + 1
      outputWidth = (inputWidth - size) / stride + 1
    case .same:
      outputHeight = (inputHeight - 1) / stride + 1
      outputWidth = (inputWidth - 1) / stride + 1
      top = max((outputHeight - 1) * stride + size - inputHeight, 0) / 2
      left = max((outputWidth - 1) * stride + size - inputWidth, 0) / 2
    }
  }

  /// Whether any window reaches beyond the image.
  public var overhangs: Bool {
    top > 0 || left > 0 || (outputHeight - 1) * stride + size > inputHeight
      || (outputWidth - 1) * stride + size > inputWidth
  }

  /// The windows, `count` of them in a column or row, that reach over `place`, a row or column counted from the first
  /// window's corner.
  @inlinable @inline(__always)
  func windows(over place: Int, count: Int) -> Range<Int> {
    (place < size ? 0 : (place - size) / stride + 1)..<min(place / stride + 1, count)
  }
}

/// The pixels of one window that lie inside the image. Windows never lie outside altogether.
@usableFromInline struct PoolWindow {
  /// The window's rows and columns that exist.
  @usableFromInline let down: Range<Int>
  @usableFromInline let across: Range<Int>
  /// Offset of the first of these pixels.
  @usableFromInline let offset: Int
  @usableFromInline let pool: PoolGeometry

  /// - Parameter x: the window's column, `y` its row.
  @inlinable @inline(__always)
  init(image: Int, y: Int, x: Int, pool: PoolGeometry) {
    let (row, column) = (y * pool.stride - pool.top, x * pool.stride - pool.left)
    down = max(-row, 0)..<min(pool.inputHeight - row, pool.size)
    across = max(-column, 0)..<min(pool.inputWidth - column, pool.size)
    offset =
      ((image * pool.inputHeight + row + down.lowerBound) * pool.inputWidth + column + across.lowerBound)
      * pool.channels
    self.pool = pool
  }

  /// - Parameter body: is given the offset from the first pixel of each pixel, row by row, and its index within the
  ///   window, row * size + column. The first pixel is left out.
  @inlinable @inline(__always)
  func forEachOther(_ body: (Int, Int) -> Void) {
    var start = 1
    for r in 0..<down.count {
      var offset = (r * pool.inputWidth + start) * pool.channels
      var index = first + r * pool.size + start
      for _ in start..<across.count {
        body(offset, index)
        offset += pool.channels
        index += 1
      }
      start = 0
    }
  }

  /// Index of the first pixel within the window.
  @inlinable @inline(__always)
  var first: Int { down.lowerBound * pool.size + across.lowerBound }
}

/// The windows over one pixel of the input.
@usableFromInline struct PoolWindows {
  @usableFromInline let down: Range<Int>
  @usableFromInline let across: Range<Int>
  /// Row of the image's first output pixels, counted over all images.
  @usableFromInline let firstRow: Int
  /// The pixel's row and column, counted from the corner of the first window.
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

  /// - Parameter body: is given the offset of the window's result, and the pixel's index within the window.
  @inlinable @inline(__always)
  func forEach(_ body: (Int, Int32) -> Void) {
    var row = place(down.lowerBound, across.lowerBound)
    for _ in down {
      var (offset, index) = row
      for _ in across {
        body(offset, index)
        offset += pool.channels
        index -= Int32(truncatingIfNeeded: pool.stride)
      }
      row.offset += pool.outputWidth * pool.channels
      row.index -= Int32(truncatingIfNeeded: pool.stride * pool.size)
    }
  }

  /// The only window, if there is just one: windows that do not overlap leave no pixel with more.
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
    for row in rows {
      let (image, y) = row.quotientAndRemainder(dividingBy: pool.outputHeight)
      for x in 0..<pool.outputWidth {
        let window = PoolWindow(image: image, y: y, x: x, pool: pool)
        let best = output + (row * pool.outputWidth + x) * channels
        best.update(from: input + window.offset, count: channels)
        window.forEachOther { offset, _ in
          let candidate = input + (window.offset + offset)
          for c in 0..<channels { best[c] = candidate[c] > best[c] ? candidate[c] : best[c] }
        }
      }
    }
  }

  /// Max pool that also stores, for the gradient, the index r * size + s of each maximum within its window; of equal
  /// values the first is taken.
  @inlinable @inline(never)
  public static func maxPool(
    _ input: Source, into output: Destination, argmax: UnsafeMutablePointer<UInt8>, _ pool: PoolGeometry,
    rows: Range<Int>
  ) {
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
      let down = pool.windows(over: y + pool.top, count: pool.outputHeight)
      // Windows first..<end of a row reach over column x.
      let corner = pool.windows(over: pool.left, count: pool.outputWidth)
      var (first, end) = (corner.lowerBound, corner.upperBound)
      for x in 0..<pool.inputWidth {
        let place = x + pool.left
        if place == end * pool.stride, end < pool.outputWidth { end += 1 }
        if place == first * pool.stride + pool.size { first += 1 }
        let windows = PoolWindows(
          down: down, across: first..<end, firstRow: image * pool.outputHeight, y: y + pool.top, x: place, pool: pool)
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
