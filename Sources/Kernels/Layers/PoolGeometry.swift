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
  public let inputHeight: Int
  public let inputWidth: Int
  public let outputHeight: Int
  public let outputWidth: Int
  public let channels: Int
  public let size: Int
  public let stride: Int
  public let padding: PoolPadding
  /// Rows by which the first windows overhang the image at the top, and columns at the left; less than `size`.
  public let top: Int
  public let left: Int

  /// Side of the largest window: a byte names every value of it.
  public static let largestSize = 16

  /// - Parameter size: at most `largestSize`
  public init(
    inputHeight: Int, inputWidth: Int, channels: Int, size: Int, stride: Int, padding: PoolPadding = .valid
  ) {
    guard size <= Self.largestSize else { fatalError("a pooling window is at most 16 x 16") }
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
      (top, left) = (0, 0)
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
