/// The shape of images [image, height, width, pixelStride] of which a kernel sees `channels` channels: of a whole
/// tensor, or of the slice of a group.
@frozen public struct WinogradImageShape: Sendable {
  public let height: Int
  public let width: Int
  public let channels: Int
  /// Floats from one pixel to the next.
  public let pixelStride: Int

  public init(height: Int, width: Int, channels: Int, pixelStride: Int) {
    self.height = height
    self.width = width
    self.channels = channels
    self.pixelStride = pixelStride
  }
}

/// Images in memory, from their first channel on.
@frozen @usableFromInline struct WinogradImages {
  @usableFromInline let base: Destination
  @usableFromInline let shape: WinogradImageShape

  @inlinable @inline(__always)
  init(_ base: Destination, _ shape: WinogradImageShape) {
    self.base = base
    self.shape = shape
  }

  @inlinable @inline(__always) var height: Int { shape.height }
  @inlinable @inline(__always) var width: Int { shape.width }
  @inlinable @inline(__always) var channels: Int { shape.channels }
  @inlinable @inline(__always) var pixelStride: Int { shape.pixelStride }

  @inlinable @inline(__always)
  func pixel(_ image: Int, _ y: Int, _ x: Int) -> Destination {
    base + ((image * height + y) * width + x) * pixelStride
  }
}

/// How the outputs of all images are cut into tiles, numbered mosaic by mosaic, row by row.
///
/// A mosaic is one image, or several side by side that share the padding between them: tiles then cross from image to
/// image, and fewer of them overhang. An infinity in one image may so become NaN in its neighbours.
@frozen public struct WinogradTiling: Sendable {
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

/// The shape of the transformed tiles of one block: [position][panel][channels / pitch][rows][pitch], with a pitch of
/// one vector where the multiplication broadcasts them and of two where they are its columns.
@frozen public struct WinogradBlockShape: Sendable {
  /// Floats from one position to the next: the panels, and a few lines so that positions do not share cache sets.
  public let positionStride: Int
  /// Tiles in a panel.
  public let rows: Int
  /// Channels of a tile, a multiple of the pitch.
  public let channels: Int

  public init(positionStride: Int, rows: Int, channels: Int) {
    self.positionStride = positionStride
    self.rows = rows
    self.channels = channels
  }
}

/// The transformed tiles of one block in memory.
@frozen @usableFromInline struct WinogradBlock {
  @usableFromInline let base: Destination
  @usableFromInline let shape: WinogradBlockShape
  /// The tile in row 0 of panel 0.
  @usableFromInline let firstTile: Int

  @inlinable @inline(__always)
  init(_ base: Destination, _ shape: WinogradBlockShape, firstTile: Int) {
    self.base = base
    self.shape = shape
    self.firstTile = firstTile
  }

  @inlinable @inline(__always) var positionStride: Int { shape.positionStride }
  @inlinable @inline(__always) var rows: Int { shape.rows }

  /// The first channels of `tile` at position 0.
  @inlinable @inline(__always)
  func row(of tile: Int, pitch: Int) -> Destination {
    let index = tile - firstTile
    let panel = index / shape.rows
    return base + (panel * shape.rows * shape.channels + (index - panel * shape.rows) * pitch)
  }
}

/// The part of a transform between images and blocks of tiles that is the same for all blocks of a plan.
@frozen public struct WinogradTransformShape: Sendable {
  public let images: WinogradImageShape
  public let tiling: WinogradTiling
  public let block: WinogradBlockShape

  public init(images: WinogradImageShape, tiling: WinogradTiling, block: WinogradBlockShape) {
    self.images = images
    self.tiling = tiling
    self.block = block
  }
}

/// The images and the block that one run of a transform works on.
@frozen public struct WinogradPlaces {
  @usableFromInline let images: Destination
  @usableFromInline let block: Destination
  /// The tile in row 0 of the block's panel 0.
  @usableFromInline let firstTile: Int

  /// - Parameter images: the group's first channel of the first image
  public init(images: Destination, block: Destination, firstTile: Int) {
    self.images = images
    self.block = block
    self.firstTile = firstTile
  }
}
