/// An average pool: the mean of each window.
public struct AveragePool: Sendable, Hashable {
  public let windows: PoolGeometry
  /// Whether the mean is over the whole window, pixels outside the image counting as zeros, as other frameworks have it
  /// by default. If not, it is over the pixels inside the image, as in TensorFlow.
  public let countsPadding: Bool

  public init(_ windows: PoolGeometry, countsPadding: Bool = false) {
    self.windows = windows
    self.countsPadding = countsPadding
  }

  /// The part of each pixel in the mean of a window.
  @inlinable @inline(__always)
  func share(row: Int, column: Int) -> Float {
    let (rows, columns) = (windows.rows, windows.columns)
    let pixels =
      countsPadding ? rows.size * columns.size : rows.inside(row).count * columns.inside(column).count
    return 1 / Float(pixels)
  }
}

extension LayerKernels {
  /// Average pool of output rows `rows`, counted over all images.
  @inlinable @inline(never)
  public static func averageWindows(_ input: Source, into output: Destination, _ pool: AveragePool, rows: Range<Int>) {
    let windows = pool.windows
    let channels = windows.channels
    for row in rows {
      let (image, y) = row.quotientAndRemainder(dividingBy: windows.outputHeight)
      for x in 0..<windows.outputWidth {
        let window = PoolWindow(image: image, y: y, x: x, pool: windows)
        let mean = output + (row * windows.outputWidth + x) * channels
        mean.update(from: input + window.offset, count: channels)
        window.forEachOther { offset, _ in
          let pixel = input + (window.offset + offset)
          for c in 0..<channels { mean[c] += pixel[c] }
        }
        let share = pool.share(row: y, column: x)
        for c in 0..<channels { mean[c] *= share }
      }
    }
  }

  /// Input gradient of an average pool, its rows `rows`, counted over all images: every pixel is written once, with its
  /// shares of the gradients of the windows that reach over it.
  @inlinable @inline(never)
  public static func averageWindowsGradient(
    _ outputGradient: Source, into inputGradient: Destination, _ pool: AveragePool, rows: Range<Int>
  ) {
    let windows = pool.windows
    let channels = windows.channels
    for row in rows {
      let (image, y) = row.quotientAndRemainder(dividingBy: windows.inputHeight)
      let down = windows.rows.windows(over: y + windows.rows.before)
      for x in 0..<windows.inputWidth {
        let pixel = inputGradient + (row * windows.inputWidth + x) * channels
        pixel.update(repeating: 0, count: channels)
        for j in down {
          for i in windows.columns.windows(over: x + windows.columns.before) {
            let share = pool.share(row: j, column: i)
            let gradient =
              outputGradient + ((image * windows.outputHeight + j) * windows.outputWidth + i) * channels
            for c in 0..<channels { pixel[c] += share * gradient[c] }
          }
        }
      }
    }
  }
}
