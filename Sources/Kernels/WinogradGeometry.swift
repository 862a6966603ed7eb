/// Images [image, height, width, pixelStride], of which a kernel sees `channels` channels from `base` on: a whole tensor
/// or the slice of a group.
@frozen public struct WinogradImages {
  public var base: Destination
  public var height: Int
  public var width: Int
  /// Floats from one pixel to the next.
  public var pixelStride: Int
  public var channels: Int

  public init(_ base: Destination, height: Int, width: Int, pixelStride: Int, channels: Int) {
    self.base = base
    self.height = height
    self.width = width
    self.pixelStride = pixelStride
    self.channels = channels
  }

  @inlinable @inline(__always)
  func pixel(_ image: Int, _ y: Int, _ x: Int) -> Destination {
    base + ((image * height + y) * width + x) * pixelStride
  }
}

/// How the outputs of all images are cut into tiles, numbered image by image, row by row.
@frozen public struct WinogradTiling {
  /// Tiles in a column and in a row of one image; those at the bottom and right may overhang.
  public var down: Int
  public var across: Int
  /// Padding: how far the input of an image's first tile begins above and to the left of the image.
  public var top: Int
  public var left: Int

  public init(down: Int, across: Int, top: Int, left: Int) {
    self.down = down
    self.across = across
    self.top = top
    self.left = left
  }

  @inlinable @inline(__always)
  func place(of tile: Int) -> (image: Int, down: Int, across: Int) {
    let perImage = down * across
    let image = tile / perImage
    let rest = tile - image * perImage
    let row = rest / across
    return (image, row, rest - row * across)
  }
}

/// Transformed tiles of one block: [position][panel][channels / pitch][rows][pitch], with a pitch of one vector where
/// the multiplication broadcasts them and of two where they are its columns.
@frozen public struct WinogradBlock {
  public var base: Destination
  /// Floats from one position to the next: the panels, and a few lines so that positions do not share cache sets.
  public var positionStride: Int
  /// Tiles in a panel.
  public var rows: Int
  /// Channels of a tile, a multiple of the pitch.
  public var channels: Int
  /// The tile in row 0 of panel 0.
  public var firstTile: Int

  public init(_ base: Destination, positionStride: Int, rows: Int, channels: Int, firstTile: Int = 0) {
    self.base = base
    self.positionStride = positionStride
    self.rows = rows
    self.channels = channels
    self.firstTile = firstTile
  }

  /// The first channels of `tile` at position 0.
  @inlinable @inline(__always)
  func row(of tile: Int, pitch: Int) -> Destination {
    let index = tile - firstTile
    let panel = index / rows
    return base + (panel * rows * channels + (index - panel * rows) * pitch)
  }
}
