/// One block of a direct or depthwise convolution: output pixels of consecutive lines of one image x panels of output
/// channels.
///
/// The pixels of a line are cut into register tiles. A panel is two vectors of output channels, the last one perhaps
/// one vector; in a depthwise convolution it is one vector.
public struct DirectBlock {
  @usableFromInline let rows: ImageRows
  /// [panel][kernel height][segments][segment length][vectors of the panel], aligned to the vector. Depthwise: the
  /// filter as it is, at the tap that kernel row 0 applies to a pixel's first column.
  @usableFromInline let filter: Source
  @usableFromInline let panels: Range<Int>
  @usableFromInline let lines: Range<Int>
  /// Tiles of the first line before `firstTile` and of the last line from `endTile` on are left out.
  @usableFromInline let firstTile: Int
  @usableFromInline let endTile: Int
  @usableFromInline let output: TileOutput

  public init(
    rows: ImageRows, filter: Source, panels: Range<Int>, lines: Range<Int>, firstTile: Int = 0, endTile: Int,
    output: TileOutput
  ) {
    self.rows = rows
    self.filter = filter
    self.panels = panels
    self.lines = lines
    self.firstTile = firstTile
    self.endTile = endTile
    self.output = output
  }

  /// The tiles of a line, of `count` in all.
  @inlinable @inline(__always)
  func tiles(of line: Int, count: Int) -> Range<Int> {
    (line == lines.lowerBound ? firstTile : 0)..<(line == lines.upperBound - 1 ? endTile : count)
  }
}

/// Memory for the accumulators of one register tile of any vector.
@inlinable @inline(__always) public var tileScratchFloats: Int { 28 * 16 }
