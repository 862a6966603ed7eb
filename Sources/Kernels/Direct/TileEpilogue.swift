/// The shape of a direct convolution's result, and its activation. Steps count floats.
public struct TileOutputShape: Sendable {
  /// Output channels of the group.
  public let channels: Int
  public let pixelStep: Int
  public let lineStep: Int
  /// Whether the activation clamps at zero, and at `relu6Bound`.
  public let clampsBelow: Bool
  public let clampsAbove: Bool

  public init(channels: Int, pixelStep: Int, lineStep: Int, clampsBelow: Bool, clampsAbove: Bool) {
    self.channels = channels
    self.pixelStep = pixelStep
    self.lineStep = lineStep
    self.clampsBelow = clampsBelow
    self.clampsAbove = clampsAbove
  }
}

/// The destination of a block's sums, and the tensors that are added to them or mask them.
public struct TileOutput {
  /// Pixel 0 of line 0 of the image, channel 0 of the group.
  public let base: Destination
  /// [channels]: what the sums start from.
  public let bias: Source?
  /// Addressed like `base`, which it may be: added to the sum.
  public let residual: Source?
  /// Addressed like `base`, which it may be: where it is not positive the result is zero.
  public let reluMask: Source?
  /// Uses non-temporal stores: every pixel's output is aligned to the vector and has whole vectors only.
  public let nonTemporal: Bool
  /// `tileScratchFloats` floats.
  public let scratch: Destination

  public init(
    _ base: Destination, bias: Source?, residual: Source? = nil, reluMask: Source? = nil, nonTemporal: Bool = false,
    scratch: Destination
  ) {
    self.base = base
    self.bias = bias
    self.residual = residual
    self.reluMask = reluMask
    self.nonTemporal = nonTemporal
    self.scratch = scratch
  }
}

/// The upper bound of ReLU6.
@inlinable @inline(__always) public var relu6Bound: Float { 6 }

/// Shape and place of a block's output side by side, for all its tiles to point at.
@frozen @usableFromInline
struct TileSink {
  @usableFromInline let shape: TileOutputShape
  @usableFromInline let output: TileOutput

  @inlinable @inline(__always)
  init(_ shape: TileOutputShape, _ output: TileOutput) {
    self.shape = shape
    self.output = output
  }
}

/// The end of a register tile: its sums get the residual, the activation and the ReLU mask, and are stored.
@frozen @usableFromInline
struct TileEpilogue<Lanes: Vector, Vectors: UnrolledCount> {
  @usableFromInline let sink: UnsafePointer<TileSink>
  @usableFromInline let output: Destination
  /// Lanes of the last vector that are output channels.
  @usableFromInline let lastLanes: Int

  @inlinable @inline(__always)
  init(sink: UnsafePointer<TileSink>, output: Destination, lastLanes: Int) {
    self.sink = sink
    self.output = output
    self.lastLanes = lastLanes
  }

  /// Whole vectors with or without an activation go from the registers to the output; everything else goes through
  /// scratch memory and a loop, which keeps the specialisations small.
  @inlinable @inline(__always)
  func finish<Rows: UnrolledCount>(_: Rows.Type, _ sums: inout Accumulators<Lanes>) {
    let count = Vectors.count
    if lastLanes < Lanes.count || sink.pointee.output.residual != nil || sink.pointee.output.reluMask != nil {
      let scratch = sink.pointee.output.scratch
      Rows.forEach { i in
        Vectors.forEach { j in
          sums[unchecked: i * count + j].store(to: scratch + (i * count + j) * Lanes.count)
        }
      }
      finishScratch(rows: Rows.count)
      return
    }
    if sink.pointee.shape.clampsBelow {
      Rows.forEach { i in
        Vectors.forEach { j in sums[unchecked: i * count + j] = sums[unchecked: i * count + j].maximum(Lanes.zero) }
      }
    }
    if sink.pointee.shape.clampsAbove {
      let bound = Lanes(relu6Bound)
      Rows.forEach { i in
        Vectors.forEach { j in sums[unchecked: i * count + j] = sums[unchecked: i * count + j].minimum(bound) }
      }
    }
    let step = sink.pointee.shape.pixelStep
    if sink.pointee.output.nonTemporal {
      Rows.forEach { i in
        Vectors.forEach { j in
          sums[unchecked: i * count + j].storeNonTemporal(to: output + (i * step + j * Lanes.count))
        }
      }
    } else {
      Rows.forEach { i in
        Vectors.forEach { j in sums[unchecked: i * count + j].store(to: output + (i * step + j * Lanes.count)) }
      }
    }
  }

  @inlinable @inline(never)
  func finishScratch(rows: Int) {
    let (shape, place) = (sink.pointee.shape, sink.pointee.output)
    let offset = UnsafePointer(output) - UnsafePointer(place.base)
    for row in 0..<rows {
      for vector in 0..<Vectors.count {
        let lanes = vector == Vectors.count - 1 ? lastLanes : Lanes.count
        let step = row * shape.pixelStep + vector * Lanes.count
        var value = Lanes(load: place.scratch + (row * Vectors.count + vector) * Lanes.count)
        if let residual = place.residual { value = value + Lanes(load: residual + (offset + step), first: lanes) }
        if shape.clampsBelow { value = value.maximum(Lanes.zero) }
        if shape.clampsAbove { value = value.minimum(Lanes(relu6Bound)) }
        if let reluMask = place.reluMask {
          value = value.masked(wherePositive: Lanes(load: reluMask + (offset + step), first: lanes))
        }
        value.store(to: output + step, first: lanes)
      }
    }
  }
}
