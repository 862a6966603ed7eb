/// One run of a transform that reads patches of images and writes the rows of a block: the input transform, with a pitch
/// of one vector in the block, or the output gradient's, with a pitch of two.
@frozen public struct WinogradPatches {
  @usableFromInline let shape: WinogradTransformShape
  @usableFromInline let places: WinogradPlaces
  /// Zeros for pixels outside an image: as many as there are channels, rounded up to whole vectors.
  @usableFromInline let zeros: Source
  /// Room for 64 pointers.
  @usableFromInline let scratch: UnsafeMutablePointer<Source>

  public init(
    _ shape: WinogradTransformShape, _ places: WinogradPlaces, zeros: Source, scratch: UnsafeMutablePointer<Source>
  ) {
    self.shape = shape
    self.places = places
    self.zeros = zeros
    self.scratch = scratch
  }

  @inlinable @inline(__always) var images: WinogradImages { WinogradImages(places.images, shape.images) }
  @inlinable @inline(__always) var tiling: WinogradTiling { shape.tiling }
  @inlinable @inline(__always) var block: WinogradBlock {
    WinogradBlock(places.block, shape.block, firstTile: places.firstTile)
  }
}
