/// The geometry of a pooling window without padding (VALID), channels innermost.
public struct PoolGeometry: Sendable {
  public var inputHeight: Int
  public var inputWidth: Int
  public var outputHeight: Int
  public var outputWidth: Int
  public var channels: Int
  public var size: Int
  public var stride: Int

  public init(inputHeight: Int, inputWidth: Int, channels: Int, size: Int, stride: Int) {
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.channels = channels
    self.size = size
    self.stride = stride
    outputHeight = (inputHeight - size) / stride + 1
    outputWidth = (inputWidth - size) / stride + 1
  }

  /// Offset of the first input pixel under output row `row` (counted over all images).
  @inlinable @inline(__always)
  func inputOffset(row: Int) -> Int {
    let (image, y) = row.quotientAndRemainder(dividingBy: outputHeight)
    return (image * inputHeight + y * stride) * inputWidth * channels
  }
}

extension KernelSet {
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
    _ input: Source, into output: Destination, winners: UnsafeMutablePointer<UInt8>, _ pool: PoolGeometry,
    rows: Range<Int>
  ) {
    let channels = pool.channels
    let rowStride = pool.inputWidth * channels
    for row in rows {
      for x in 0..<pool.outputWidth {
        let window = input + (pool.inputOffset(row: row) + x * pool.stride * channels)
        let result = (row * pool.outputWidth + x) * channels
        let best = output + result
        let winner = winners + result
        best.update(from: window, count: channels)
        winner.update(repeating: 0, count: channels)
        for r in 0..<pool.size {
          for s in 0..<pool.size where r + s > 0 {
            let candidate = window + (r * rowStride + s * channels)
            let index = UInt8(truncatingIfNeeded: r * pool.size + s)
            for c in 0..<channels {
              let wins = candidate[c] > best[c]
              winner[c] = wins ? index : winner[c]
              best[c] = wins ? candidate[c] : best[c]
            }
          }
        }
      }
    }
  }

  /// Input gradient of a max pool for `images`: every window's gradient goes to its winner. Windows may overlap.
  @inlinable @inline(never)
  public static func maxPoolGradient(
    _ outputGradient: Source, winners: UnsafePointer<UInt8>, into inputGradient: Destination, _ pool: PoolGeometry,
    images: Range<Int>
  ) {
    let channels = pool.channels
    let rowStride = pool.inputWidth * channels
    let imageCount = pool.inputHeight * rowStride
    (inputGradient + images.lowerBound * imageCount).update(repeating: 0, count: images.count * imageCount)
    for row in (images.lowerBound * pool.outputHeight)..<(images.upperBound * pool.outputHeight) {
      for x in 0..<pool.outputWidth {
        let window = inputGradient + (pool.inputOffset(row: row) + x * pool.stride * channels)
        let result = (row * pool.outputWidth + x) * channels
        for r in 0..<pool.size {
          for s in 0..<pool.size {
            let target = window + (r * rowStride + s * channels)
            let index = UInt8(truncatingIfNeeded: r * pool.size + s)
            for c in 0..<channels {
              target[c] += winners[result + c] == index ? outputGradient[result + c] : 0
            }
          }
        }
      }
    }
  }

  /// output[c] = mean over the pixels of one image; `input` is [pixels, channels].
  @inlinable @inline(never)
  public static func averagePool(_ input: Source, into output: Destination, pixels: Int, channels: Int) {
    columnSums(input, rows: pixels, columns: channels, into: output)
    let scale = 1 / Float(pixels)
    for c in 0..<channels { output[c] *= scale }
  }

  /// Every pixel gets the same share of the mean's gradient.
  @inlinable @inline(never)
  public static func averagePoolGradient(
    _ outputGradient: Source, into inputGradient: Destination, pixels: Int, channels: Int
  ) {
    let scale = 1 / Float(pixels)
    for pixel in 0..<pixels {
      for c in 0..<channels { inputGradient[pixel * channels + c] = scale * outputGradient[c] }
    }
  }
}
