/// A kernel that exists once for every number of rows.
public protocol RowSpecialised {
  func run<Rows: UnrolledCount>(_ rows: Rows.Type)
}

extension RowSpecialised {
  /// Runs the specialisation for `rows` rows, at most `limit`; `limit` is a constant, so that row counts which no tile
  /// of this vector has are not compiled.
  @inlinable @inline(__always)
  public func dispatch(rows: Int, limit: Int) {
    switch rows {
    case 1: run(Count1.self)
    case 2: run(Count2.self)
    case 3: run(Count3.self)
    case 4: run(Count4.self)
    case 5: run(Count5.self)
    case 6: run(Count6.self)
    default: if limit > 6 { dispatchLarge(rows: rows, limit: limit) }
    }
  }

  @inlinable @inline(__always)
  func dispatchLarge(rows: Int, limit: Int) {
    switch rows {
    case 7: run(Count7.self)
    case 8: run(Count8.self)
    default: if limit > 8 { dispatchLarger(rows: rows, limit: limit) }
    }
  }

  @inlinable @inline(__always)
  func dispatchLarger(rows: Int, limit: Int) {
    switch rows {
    case 9: run(Count9.self)
    case 10: run(Count10.self)
    case 11: run(Count11.self)
    case 12: run(Count12.self)
    case 13: if limit > 12 { run(Count13.self) }
    case 14: if limit > 12 { run(Count14.self) }
    case 15: if limit > 14 { run(Count15.self) }
    default: if limit > 14 { run(Count16.self) }
    }
  }
}

/// `total` rows cut into the fewest tiles of at most `limit`, as even as they come: no tile is left with a few rows.
@frozen public struct EvenTiles {
  public let count: Int
  @usableFromInline let rows: Int
  @usableFromInline let larger: Int

  @inlinable @inline(__always)
  public init(_ total: Int, limit: Int) {
    count = (total + limit - 1) / limit
    rows = count == 0 ? 0 : total / count
    larger = total - rows * count
  }

  /// First row of a tile.
  @inlinable @inline(__always)
  public func start(_ tile: Int) -> Int { tile * rows + min(tile, larger) }

  @inlinable @inline(__always)
  public func rows(_ tile: Int) -> Int { tile < larger ? rows + 1 : rows }
}
