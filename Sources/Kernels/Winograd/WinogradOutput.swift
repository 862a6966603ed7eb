import CVector

/// The shape of an output transform, and its activation.
@frozen public struct WinogradOutputShape: Sendable {
  /// The images' channels are those of the block; the block's pitch is two vectors.
  public let tiles: WinogradTransformShape
  /// The range that the activation clamps values to.
  public let bounds: ClosedRange<Float>

  public init(tiles: WinogradTransformShape, bounds: ClosedRange<Float>) {
    self.tiles = tiles
    self.bounds = bounds
  }
}

/// One run of the output transform.
@frozen public struct WinogradOutput {
  @usableFromInline let shape: WinogradOutputShape
  @usableFromInline let places: WinogradPlaces
  /// One for each channel, zeros up to a whole vector.
  @usableFromInline let bias: Source
  /// Shaped like the images; added.
  @usableFromInline let residual: Source?
  /// Shaped like the images: outputs become zero where it is not positive. May be the output itself.
  @usableFromInline let reluMask: Source?
  /// Whether to use non-temporal stores. The images must then be aligned to the vector in every pixel.
  @usableFromInline let nonTemporal: Bool

  public init(
    _ shape: WinogradOutputShape, _ places: WinogradPlaces, bias: Source, residual: Source? = nil,
    reluMask: Source? = nil, nonTemporal: Bool
  ) {
    self.shape = shape
    self.places = places
    self.bias = bias
    self.residual = residual
    self.reluMask = reluMask
    self.nonTemporal = nonTemporal
  }

  @inlinable @inline(__always) var images: WinogradImages { WinogradImages(places.images, shape.tiles.images) }
  @inlinable @inline(__always) var tiling: WinogradTiling { shape.tiles.tiling }
  @inlinable @inline(__always) var bounds: ClosedRange<Float> { shape.bounds }
  @inlinable @inline(__always) var block: WinogradBlock {
    WinogradBlock(places.block, shape.tiles.block, firstTile: places.firstTile)
  }
}

extension WinogradKernels {
  /// Y = A^T M A of `tiles`, then max(min(Y + bias + residual, upper), lower), masked.
  /// Source: Lavin & Gray 2016.
  @inlinable @inline(never)
  public static func winogradOutput(_ algorithm: WinogradAlgorithm, _ job: WinogradOutput, tiles: Range<Int>) {
    switch algorithm {
    case .f2x3: transformOutput(F2x3.self, job, tiles)
    case .f4x3: transformOutput(F4x3.self, job, tiles)
    case .f6x3: transformOutput(F6x3.self, job, tiles)
    case .f2x5: transformOutput(F2x5.self, job, tiles)
    case .f4x5: transformOutput(F4x5.self, job, tiles)
    }
    if job.nonTemporal { cvector_store_fence() }
  }

  @inlinable @inline(__always)
  static func transformOutput<T: WinogradTransforms>(_: T.Type, _ job: WinogradOutput, _ tiles: Range<Int>) {
    let (size, points, width) = (T.Output.Outputs.count, T.Output.Inputs.count, Lanes.count)
    let images = job.images
    let (pixelStride, rowStride) = (images.pixelStride, images.width * images.pixelStride)
    let (wholeVectors, vectors) = (images.channels / width, images.channels.dividedRoundingUp(by: width))
    let (positionStride, columnStride) = (job.block.positionStride, job.block.rows * 2 * width)
    let (lower, upper) = (Lanes(job.bounds.lowerBound), Lanes(job.bounds.upperBound))
    let isPlain = job.residual == nil && job.reluMask == nil
    for tile in tiles {
      let patch = job.tiling.patch(of: tile, size: size, top: 0, left: 0)
      let isWhole = patch.isInside(images, size: size)
      let corner = images.pixel(patch.image, patch.y, patch.x)
      let products = Source(job.block.row(of: tile, pitch: 2 * width))
      let plainVectors = isWhole && isPlain ? wholeVectors : 0
      for vector in 0..<plainVectors {
        let source = products + ((vector >> 1) * columnStride + (vector & 1) * width)
        let bias = Lanes(load: job.bias + vector * width)
        let output = corner + vector * width
        if job.nonTemporal {
          T.Output.applyTwice { i, j in
            Lanes(load: source + (i * points + j) * positionStride)
          } _: { i, j, value in
            (value + bias).maximum(lower).minimum(upper).storeNonTemporal(
              to: output + (i * rowStride + j * pixelStride))
          }
        } else {
          T.Output.applyTwice { i, j in
            Lanes(load: source + (i * points + j) * positionStride)
          } _: { i, j, value in
            (value + bias).maximum(lower).minimum(upper).store(to: output + (i * rowStride + j * pixelStride))
          }
        }
      }
      guard plainVectors < vectors else { continue }
      let places = patch.offsets(size: size, images, job.tiling)
      for vector in plainVectors..<vectors {
        let source = products + ((vector >> 1) * columnStride + (vector & 1) * width)
        let bias = Lanes(load: job.bias + vector * width)
        let output = images.pixel(patch.image, 0, 0) + vector * width
        let offset = output - images.base
        let extras = WinogradExtras(
          residual: job.residual.map { $0 + offset }, reluMask: job.reluMask.map { $0 + offset },
          count: min(width, images.channels - vector * width))
        T.Output.applyTwice { i, j in
          Lanes(load: source + (i * points + j) * positionStride)
        } _: { i, j, value in
          let (row, column) = (places.rows[unchecked: i], places.columns[unchecked: j])
          if row >= 0, column >= 0 {
            let sum = extras.added(to: value + bias, at: row + column)
            extras.store(
              extras.masked(sum.maximum(lower).minimum(upper), at: row + column), to: output + (row + column))
          }
        }
      }
    }
  }
}

/// The rarer parts of the epilogue: residual, ReLU mask and a vector that is not whole.
@usableFromInline struct WinogradExtras {
  @usableFromInline let residual: Source?
  @usableFromInline let reluMask: Source?
  /// Channels of the vector that exist.
  @usableFromInline let count: Int

  @inlinable @inline(__always)
  init(residual: Source?, reluMask: Source?, count: Int) {
    self.residual = residual
    self.reluMask = reluMask
    self.count = count
  }

  @inlinable @inline(__always)
  func added<V: Vector>(to value: V, at offset: Int) -> V {
    guard let residual else { return value }
    return value + load(residual + offset)
  }
  @inlinable @inline(__always)
  func masked<V: Vector>(_ value: V, at offset: Int) -> V {
    guard let reluMask else { return value }
    return value.masked(wherePositive: load(reluMask + offset))
  }
  @inlinable @inline(__always)
  func store<V: Vector>(_ value: V, to destination: Destination) {
    value.store(to: destination, lanes: count)
  }
  @inlinable @inline(__always)
  func load<V: Vector>(_ source: Source) -> V {
    V(load: source, lanes: count)
  }
}
