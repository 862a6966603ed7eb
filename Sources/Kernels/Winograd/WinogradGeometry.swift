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

/// How the outputs of all images are cut into tiles, numbered mosaic by mosaic, row by row.
///
/// A mosaic is one image, or several side by side that share the padding between them: tiles then cross from image to
/// image, and fewer of them overhang. An infinity in one image may so become NaN in its neighbours.
@frozen public struct WinogradTiling {
  /// Tiles in a column and in a row of one mosaic; those at the bottom and right may overhang.
  public var down: Int
  public var across: Int
  /// Padding: how far the input of a mosaic's first tile begins above and to the left of it.
  public var top: Int
  public var left: Int
  /// Images in a column and in a row of a mosaic; each begins `pitchDown` rows below and `pitchAcross` columns beside
  /// the one before. Pitches are at least as large as a patch.
  public var imagesDown = 1
  public var imagesAcross = 1
  public var pitchDown = Int.max
  public var pitchAcross = Int.max

  public init(down: Int, across: Int, top: Int, left: Int) {
    self.down = down
    self.across = across
    self.top = top
    self.left = left
  }

  @inlinable @inline(__always)
  func place(of tile: Int) -> (image: Int, down: Int, across: Int) {
    let perMosaic = down * across
    let mosaic = tile / perMosaic
    let rest = tile - mosaic * perMosaic
    let row = rest / across
    return (mosaic, row, rest - row * across)
  }

  /// The pixels from (`tile`'s row x size - top, column x size - left) on.
  @inlinable @inline(__always)
  func patch(of tile: Int, size: Int, top: Int, left: Int) -> WinogradPatch {
    let place = place(of: tile)
    let (y, x) = (place.down * size - top, place.across * size - left)
    if imagesDown == 1, imagesAcross == 1 {
      return WinogradPatch(image: place.image, y: y, x: x, isLastRow: true, isLastColumn: true)
    }
    let (row, column) = (max(y, 0) / pitchDown, max(x, 0) / pitchAcross)
    return WinogradPatch(
      image: (place.image * imagesDown + row) * imagesAcross + column, y: y - row * pitchDown,
      x: x - column * pitchAcross, isLastRow: row + 1 == imagesDown, isLastColumn: column + 1 == imagesAcross)
  }
}

/// A square of pixels: where its first one lies, perhaps outside that image, and whether it may reach into others.
@usableFromInline struct WinogradPatch {
  @usableFromInline let image: Int
  @usableFromInline let y: Int
  @usableFromInline let x: Int
  /// Whether no image of the mosaic lies below, or to the right.
  @usableFromInline let isLastRow: Bool
  @usableFromInline let isLastColumn: Bool

  @inlinable @inline(__always)
  init(image: Int, y: Int, x: Int, isLastRow: Bool, isLastColumn: Bool) {
    self.image = image
    self.y = y
    self.x = x
    self.isLastRow = isLastRow
    self.isLastColumn = isLastColumn
  }

  /// Whether all of it lies in its image.
  @inlinable @inline(__always)
  func isInside(_ images: WinogradImages, size: Int) -> Bool {
    y >= 0 && x >= 0 && y + size <= images.height && x + size <= images.width
  }

  /// Floats from the image's first pixel to each of `size` rows, and from there to each column; negative where no image
  /// has it. A patch reaches at most into the next image, and where images are small, beyond that one's last pixel.
  @inlinable @inline(__always)
  func offsets(
    size: Int, _ images: WinogradImages, _ tiling: WinogradTiling
  ) -> (rows: InlineArray<8, Int>, columns: InlineArray<8, Int>) {
    var (rows, columns) = (InlineArray<8, Int>(repeating: -1), InlineArray<8, Int>(repeating: -1))
    let rowStride = images.width * images.pixelStride
    for i in 0..<size {
      if y + i >= 0, y + i < images.height {
        rows[unchecked: i] = (y + i) * rowStride
      } else if !isLastRow, y + i >= tiling.pitchDown, y + i - tiling.pitchDown < images.height {
        rows[unchecked: i] = (tiling.imagesAcross * images.height + y + i - tiling.pitchDown) * rowStride
      }
      if x + i >= 0, x + i < images.width {
        columns[unchecked: i] = (x + i) * images.pixelStride
      } else if !isLastColumn, x + i >= tiling.pitchAcross, x + i - tiling.pitchAcross < images.width {
        columns[unchecked: i] = (images.height * images.width + x + i - tiling.pitchAcross) * images.pixelStride
      }
    }
    return (rows, columns)
  }

  /// Pointers to its size x size pixels, or to zeros where there is no image.
  @inlinable @inline(__always)
  func fill(
    _ table: UnsafeMutablePointer<Source>, size: Int, _ images: WinogradImages, _ tiling: WinogradTiling, zeros: Source
  ) {
    let base = Source(images.pixel(image, 0, 0))
    let offsets = offsets(size: size, images, tiling)
    for i in 0..<size {
      for j in 0..<size {
        let (row, column) = (offsets.rows[unchecked: i], offsets.columns[unchecked: j])
        table[i * size + j] = row >= 0 && column >= 0 ? base + (row + column) : zeros
      }
    }
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
