/// `total` rows cut into the fewest tiles of at most `limit`, as even as they come: no tile is left with a few rows.
@frozen public struct EvenTiles: Sendable {
  public let count: Int
  @usableFromInline let rows: Int
  @usableFromInline let larger: Int

  @inlinable @inline(__always)
  public init(_ total: Int, limit: Int) {
    count = total.dividedRoundingUp(by: limit)
    rows = count == 0 ? 0 : total / count
    larger = total - rows * count
  }

  /// First row of a tile.
  @inlinable @inline(__always)
  public func start(_ tile: Int) -> Int { tile * rows + min(tile, larger) }

  @inlinable @inline(__always)
  public func rows(_ tile: Int) -> Int { tile < larger ? rows + 1 : rows }
}
