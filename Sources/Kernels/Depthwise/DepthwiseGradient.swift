/// The shape of a depthwise filter gradient. Steps count floats.
///
/// A unit is a vector of channels x a tile of taps of one kernel row: (vector * kernel height + row) * tiles + tile.
public struct DepthwiseGradientShape: Sendable {
  public let lines: LineShape
  /// Taps of one kernel row, and floats from one to the next in the image.
  public let taps: Int
  public let tapStep: Int
  public let channels: Int
  /// Whether the first pixel's first column, or the last one's last, lies outside the image: it counts as zero.
  public let clipsLeft: Bool
  public let clipsRight: Bool

  public init(lines: LineShape, taps: Int, tapStep: Int, channels: Int, clipsLeft: Bool, clipsRight: Bool) {
    self.lines = lines
    self.taps = taps
    self.tapStep = tapStep
    self.channels = channels
    self.clipsLeft = clipsLeft
    self.clipsRight = clipsRight
  }
}

/// A block of a depthwise filter gradient: output lines of one image, and the units that sum over them.
public struct DepthwiseGradientBlock {
  @usableFromInline let rows: ImageRows
  @usableFromInline let lines: Range<Int>
  /// The output gradient as it is, [pixels][channels], at the block's first pixel.
  @usableFromInline let gradient: Source
  /// [kernel height][taps][channels]
  @usableFromInline let result: Destination
  @usableFromInline let units: Range<Int>
  /// Adds to `result` instead of writing it.
  @usableFromInline let accumulates: Bool
  /// [channels], to which the gradient's sum over all pixels is added by the units of kernel row 0 and tile 0.
  @usableFromInline let sums: Destination?

  public init(
    rows: ImageRows, lines: Range<Int>, gradient: Source, result: Destination, units: Range<Int>, accumulates: Bool,
    sums: Destination?
  ) {
    self.rows = rows
    self.lines = lines
    self.gradient = gradient
    self.result = result
    self.units = units
    self.accumulates = accumulates
    self.sums = sums
  }
}

extension DepthwiseKernels {
  /// Sums a block into its part of the depthwise filter gradient, unit by unit.
  @inlinable @inline(never)
  public static func depthwiseGradient(_ shape: DepthwiseGradientShape, _ block: DepthwiseGradientBlock) {
    let tiles = EvenTiles(shape.taps, limit: Lanes.tripleRows)
    withUnsafePointer(to: shape) { shape in
      withUnsafePointer(to: block) { block in
        for unit in block.pointee.units {
          let (vectorRow, tile) = unit.quotientAndRemainder(dividingBy: tiles.count)
          let (vector, kernelRow) = vectorRow.quotientAndRemainder(dividingBy: shape.pointee.lines.kernelHeight)
          let channel = vector * Lanes.count
          let lanes = min(shape.pointee.channels - channel, Lanes.count)
          DepthwiseGradientTile<Lanes>(
            shape: shape, block: block, kernelRow: kernelRow, firstTap: tiles.start(tile), channel: channel,
            lanes: lanes
          ).dispatch(rows: tiles.rows(tile), limit: Lanes.TripleLimit.self)
          if kernelRow == 0 && tile == 0 { sumGradient(shape, block, channel, lanes) }
        }
      }
    }
  }

  @inlinable @inline(__always)
  static func sumGradient(
    _ shape: UnsafePointer<DepthwiseGradientShape>, _ block: UnsafePointer<DepthwiseGradientBlock>, _ channel: Int,
    _ lanes: Int
  ) {
    guard let sums = block.pointee.sums else { return }
    var sum = Lanes(load: sums + channel, first: lanes)
    var p = block.pointee.gradient + channel
    for _ in 0..<(block.pointee.lines.count * shape.pointee.lines.width) {
      sum = sum + Lanes(load: p, lanes: lanes)
      p += shape.pointee.channels
    }
    sum.store(to: sums + channel, first: lanes)
  }
}

/// `Rows` taps of one kernel row x one vector of channels, summed over pixels; two pixels at a time in sums of their
/// own, because the sums of a few taps alone would wait for each other.
@frozen @usableFromInline
struct DepthwiseGradientTile<Lanes: Vector>: RowSpecialised {
  @usableFromInline let shape: UnsafePointer<DepthwiseGradientShape>
  @usableFromInline let block: UnsafePointer<DepthwiseGradientBlock>
  @usableFromInline let kernelRow: Int
  @usableFromInline let firstTap: Int
  @usableFromInline let channel: Int
  /// Lanes that are channels.
  @usableFromInline let lanes: Int

  @inlinable @inline(__always)
  init(
    shape: UnsafePointer<DepthwiseGradientShape>, block: UnsafePointer<DepthwiseGradientBlock>, kernelRow: Int,
    firstTap: Int, channel: Int, lanes: Int
  ) {
    self.shape = shape
    self.block = block
    self.kernelRow = kernelRow
    self.firstTap = firstTap
    self.channel = channel
    self.lanes = lanes
  }

  @inlinable @inline(never)
  func run<Rows: UnrolledCount>(_: Rows.Type) {
    if lanes == Lanes.count { sum(Rows.self, partial: false) } else { sum(Rows.self, partial: true) }
  }

  @inlinable @inline(__always)
  func sum<Rows: UnrolledCount>(_: Rows.Type, partial: Bool) {
    let (shape, block) = (shape.pointee, block.pointee)
    let (lines, tapStep, channels) = (shape.lines, shape.tapStep, shape.channels)
    let (pixelStep, width) = (lines.pixelStep, lines.width)
    let clipsLeft = shape.clipsLeft && firstTap == 0
    let clipsRight = shape.clipsRight && firstTap + Rows.count == shape.taps
    let inside = (clipsLeft ? 1 : 0)..<max(clipsRight ? width - 1 : width, clipsLeft ? 1 : 0)
    var sums = zeroAccumulators(Lanes.self)

    /// One pixel, perhaps without its first or last tap.
    @inline(__always) func add(_ a: Source, _ b: Source, skipsFirst: Bool, skipsLast: Bool) {
      let gradient = load(b, partial: partial)
      Rows.forEach { s in
        if (s == 0 && skipsFirst) || (s == Rows.count - 1 && skipsLast) { return }
        sums[unchecked: 2 * s] =
          sums[unchecked: 2 * s].adding(load(a + s * tapStep, partial: partial), times: gradient)
      }
    }
    var line = block.gradient + channel
    for y in block.lines {
      let row = lines.firstRow(of: y) + kernelRow
      if row >= 0 && row < lines.imageHeight {
        let first: Source = block.rows.from(row).pointee + (firstTap * tapStep + channel)
        if clipsLeft { add(first, line, skipsFirst: true, skipsLast: clipsRight && width == 1) }
        var a = first + inside.lowerBound * pixelStep
        var b = line + inside.lowerBound * channels
        for _ in 0..<(inside.count / 2) {
          let even = load(b, partial: partial)
          let odd = load(b + channels, partial: partial)
          Rows.forEach { s in
            let p: Source = a + s * tapStep
            sums[unchecked: 2 * s] = sums[unchecked: 2 * s].adding(load(p, partial: partial), times: even)
            sums[unchecked: 2 * s + 1] =
              sums[unchecked: 2 * s + 1].adding(load(p + pixelStep, partial: partial), times: odd)
          }
          a += 2 * pixelStep
          b += 2 * channels
        }
        if inside.count % 2 == 1 { add(a, b, skipsFirst: false, skipsLast: false) }
        if clipsRight && width > inside.lowerBound {
          add(
            first + (width - 1) * pixelStep, line + (width - 1) * channels, skipsFirst: false, skipsLast: true)
        }
      }
      line += width * channels
    }
    let tap = kernelRow * shape.taps + firstTap
    let result = block.result + (tap * channels + channel)
    Rows.forEach { s in
      let p: Destination = result + s * channels
      var value = sums[unchecked: 2 * s] + sums[unchecked: 2 * s + 1]
      if block.accumulates { value = load(UnsafePointer(p), partial: partial) + value }
      if partial { value.store(to: p, first: lanes) } else { value.store(to: p) }
    }
  }

  @inlinable @inline(__always)
  func load(_ source: Source, partial: Bool) -> Lanes {
    partial ? Lanes(load: source, first: lanes) : Lanes(load: source)
  }
}
