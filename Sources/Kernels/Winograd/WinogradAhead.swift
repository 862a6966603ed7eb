import CVector

/// Rows of memory that the next block will read, fetched while the multiplications of this one leave memory idle.
@frozen public struct WinogradAhead {
  public var base: Source
  /// Floats from one row to the next.
  public var rowStride: Int
  public var rows: Int
  public var rowFloats: Int

  public init(_ base: Source, rowStride: Int, rows: Int, rowFloats: Int) {
    self.base = base
    self.rowStride = rowStride
    self.rows = rows
    self.rowFloats = rowFloats
  }
}

/// Cache lines to fetch into the second-level cache, some for every w steps of the micro-kernel's depth.
@usableFromInline struct WinogradLines {
  @usableFromInline var next: Source
  @usableFromInline let count: Int

  @inlinable @inline(__always)
  init(from first: Source, count: Int) {
    next = first
    self.count = count
  }

  @inlinable @inline(__always)
  mutating func fetch() {
    var fetched = 0
    while fetched < count {
      cvector_prefetch_l2(next)
      next += 16
      fetched += 1
    }
  }
}

/// Deals prefetches out to the calls of the micro-kernel, evenly.
@usableFromInline struct WinogradPrefetch {
  /// Cache lines for every w steps of a call's depth, until all is fetched.
  @usableFromInline let lines: Int
  @usableFromInline let ahead: WinogradAhead?
  @usableFromInline let chunksPerRow: Int
  @usableFromInline var row: Int
  @usableFromInline var chunk: Int
  @usableFromInline let width: Int

  /// Divides the prefetches among `calls` calls of up to `depth` steps each.
  @inlinable @inline(__always)
  init(_ ahead: WinogradAhead, calls: Int, depth: Int, width: Int) {
    self.ahead = ahead
    self.width = width
    (row, chunk) = (0, 0)
    let rowLines = (ahead.rowFloats + 15) / 16
    let stepsPerCall = depth.dividedRoundingUp(by: width)
    var lines = 1
    while lines < 64, ahead.rows * ((rowLines + lines * stepsPerCall - 1) / (lines * stepsPerCall)) > calls {
      lines += 1
    }
    self.lines = lines
    chunksPerRow = (rowLines + lines * stepsPerCall - 1) / (lines * stepsPerCall)
  }

  /// Divides the prefetches of a filter's next panel among the calls on `panels` panels of tiles.
  @inlinable @inline(__always)
  init(panels: Int, width: Int) {
    ahead = nil
    self.width = width
    (row, chunk) = (0, 0)
    // w steps of a panel of the filter are w * 2w floats.
    lines = (width * width / 8).dividedRoundingUp(by: panels)
    chunksPerRow = 1
  }

  /// The lines that the next call prefetches.
  /// - Parameter filter: the panel after the one that the call reads
  @inlinable @inline(__always)
  mutating func next(filter: Source, panel: Int, depth: Int) -> WinogradLines {
    if ahead == nil { return WinogradLines(from: filter + panel * lines * depth / width * 16, count: lines) }
    return next(depth: depth)
  }

  @inlinable @inline(__always)
  mutating func next(depth: Int) -> WinogradLines {
    let ahead = ahead.unsafelyUnwrapped
    if row >= ahead.rows { return WinogradLines(from: ahead.base, count: 0) }
    let floatsPerCall = lines * depth.dividedRoundingUp(by: width) * 16
    let start = ahead.base + (row * ahead.rowStride + chunk * floatsPerCall)
    chunk += 1
    if chunk == chunksPerRow { (chunk, row) = (0, row + 1) }
    return WinogradLines(from: start, count: lines)
  }
}
