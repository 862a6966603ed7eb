/// Where the windows of a pool lie on images [inputHeight, inputWidth, channels].
public struct PoolGeometry: Sendable, Hashable {
  public let rows: WindowAxis
  public let columns: WindowAxis
  public let channels: Int
  public let padding: WindowPadding

  /// Values of the largest window of a max pool: a byte names each of them.
  public static let largestMaxPool = 256

  public init(
    inputHeight: Int, inputWidth: Int, channels: Int, size: (height: Int, width: Int),
    stride: (height: Int, width: Int), padding: WindowPadding = .valid
  ) {
    rows = WindowAxis(input: inputHeight, size: size.height, stride: stride.height, padding.vertical)
    columns = WindowAxis(input: inputWidth, size: size.width, stride: stride.width, padding.horizontal)
    self.channels = channels
    self.padding = padding
  }

  public init(
    inputHeight: Int, inputWidth: Int, channels: Int, size: Int, stride: Int, padding: WindowPadding = .valid
  ) {
    self.init(
      inputHeight: inputHeight, inputWidth: inputWidth, channels: channels, size: (size, size),
      stride: (stride, stride), padding: padding)
  }

  @inlinable @inline(__always) public var inputHeight: Int { rows.input }
  @inlinable @inline(__always) public var inputWidth: Int { columns.input }
  @inlinable @inline(__always) public var outputHeight: Int { rows.output }
  @inlinable @inline(__always) public var outputWidth: Int { columns.output }

  /// Whether any window reaches beyond the image.
  public var overhangs: Bool { rows.overhangs || columns.overhangs }
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
    down = pool.rows.inside(y)
    across = pool.columns.inside(x)
    let (row, column) = (pool.rows.start(y) + down.lowerBound, pool.columns.start(x) + across.lowerBound)
    offset = ((image * pool.inputHeight + row) * pool.inputWidth + column) * pool.channels
    self.pool = pool
  }

  /// - Parameter body: is given the offset from the first pixel of each pixel, row by row, and its index within the
  ///   window, row * width + column. The first pixel is left out.
  @inlinable @inline(__always)
  func forEachOther(_ body: (Int, Int) -> Void) {
    var start = 1
    for r in 0..<down.count {
      var offset = (r * pool.inputWidth + start) * pool.channels
      var index = first + r * pool.columns.size + start
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
  var first: Int { down.lowerBound * pool.columns.size + across.lowerBound }
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
        index -= Int32(truncatingIfNeeded: pool.columns.stride)
      }
      row.offset += pool.outputWidth * pool.channels
      row.index -= Int32(truncatingIfNeeded: pool.rows.stride * pool.columns.size)
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
      Int32(truncatingIfNeeded: (y - i * pool.rows.stride) * pool.columns.size + (x - j * pool.columns.stride))
    )
  }
}
