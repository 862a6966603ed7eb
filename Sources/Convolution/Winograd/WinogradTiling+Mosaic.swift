import Kernels

extension WinogradTiling {
  /// The tiling with the fewest tiles of size x size outputs: of single images, or of mosaics of images.
  ///
  /// 13x13 outputs take 4x4 tiles of 4x4, but four such images with one row and column between them, 27x27 in all, take
  /// 7x7 instead of 8x8.
  /// - Parameters:
  ///   - overlap: how many more inputs than outputs a tile has in each dimension
  ///   - batch: images that may share mosaics; only mosaics that divide them are considered, so that none has holes
  init(
    of source: WinogradImageShape, into destination: WinogradImageShape, size: Int, overlap: Int, top: Int, left: Int,
    batch: Int
  ) {
    func tiles(_ images: Int, pitch: Int, extent: Int) -> Int {
      ((images - 1) * pitch + extent).dividedRoundingUp(by: size)
    }
    let (height, width) = (destination.height, destination.width)
    self.init(
      down: tiles(1, pitch: 0, extent: height), across: tiles(1, pitch: 0, extent: width), top: top, left: left)
    // An image's first outputs must not see the image before, nor its last outputs the next, nor may outputs of two
    // images be the same.
    let pitchDown = max(source.height + top, height + overlap - top, height)
    let pitchAcross = max(source.width + left, width + overlap - left, width)
    guard min(pitchDown, pitchAcross) >= size + overlap else { return }
    var fewest = Double(down * across)
    for rows in 1...Self.largestMosaic {
      for columns in 1...Self.largestMosaic where batch.isMultiple(of: rows * columns) {
        let (down, across) = (
          tiles(rows, pitch: pitchDown, extent: height), tiles(columns, pitch: pitchAcross, extent: width)
        )
        // Crossing images costs a little, so it must save more than that.
        let perImage = Double(down * across) / Double(rows * columns)
        guard perImage < 0.95 * fewest else { continue }
        fewest = perImage
        (self.down, self.across, imagesDown, imagesAcross) = (down, across, rows, columns)
        (self.pitchDown, self.pitchAcross) = (pitchDown, pitchAcross)
      }
    }
  }

  /// Images in a column or row of a mosaic.
  private static let largestMosaic = 4
}
