/// An average pool: the mean of each window.
public struct AveragePool: Sendable, Hashable {
  public let windows: PoolGeometry
  /// Whether the mean is over the whole window, pixels outside the image counting as zeros, as other frameworks have it
  /// by default. If not, it is over the pixels inside the image, as in TensorFlow.
  public let countsPadding: Bool
  /// The part of each pixel in the mean of a whole window.
  @usableFromInline let wholeShare: Float

  public init(_ windows: PoolGeometry, countsPadding: Bool = false) {
    self.windows = windows
    self.countsPadding = countsPadding
    wholeShare = 1 / Float(windows.rows.size * windows.columns.size)
  }

  /// The part of each pixel in the mean of a window.
  @inlinable @inline(__always)
  func share(row: Int, column: Int) -> Float {
    if countsPadding { return wholeShare }
    let (rows, columns) = (windows.rows, windows.columns)
    let (height, width) = (rows.inside(row).count, columns.inside(column).count)
    return height == rows.size && width == columns.size ? wholeShare : 1 / Float(height * width)
  }
}

extension LayerKernels {
  /// Average pool of output rows `rows`, counted over all images.
  @inlinable @inline(never)
  public static func averageWindows(_ input: Source, into output: Destination, _ pool: AveragePool, rows: Range<Int>) {
    let windows = pool.windows
    for row in rows {
      let (image, y) = row.quotientAndRemainder(dividingBy: windows.outputHeight)
      for x in 0..<windows.outputWidth {
        let window = PoolWindow(image: image, y: y, x: x, pool: windows)
        let share = Lanes(pool.share(row: y, column: x))
        reduce(
          window, input, into: output + (row * windows.outputWidth + x) * windows.channels, combine: { $0 + $1 },
          finish: { $0 * share })
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
        let across = windows.columns.windows(over: x + windows.columns.before)
        let pixel = inputGradient + (row * windows.inputWidth + x) * channels
        for start in Swift.stride(from: 0, to: channels, by: Lanes.count) {
          let lanes = min(channels - start, Lanes.count)
          var sum = Lanes.zero
          for j in down {
            for i in across {
              let place = ((image * windows.outputHeight + j) * windows.outputWidth + i) * channels + start
              let share = Lanes(pool.share(row: j, column: i))
              sum = sum.adding(Lanes(load: outputGradient + place, lanes: lanes), times: share)
            }
          }
          sum.store(to: pixel + start, lanes: lanes)
        }
      }
    }
  }
}
