/// A block of a depthwise filter gradient: output lines of one image.
///
/// A unit is a vector of channels x a tile of taps of one kernel row: (vector * kernel height + row) * tiles + tile.
public struct DepthwiseGradientBlock {
  /// The geometry; `gradient` is the output gradient as it is, at the block's first pixel, channel 0.
  public var block: DirectGradientBlock
  public var kernelWidth: Int
  /// From one tap to the next.
  public var tapStep: Int
  public var channels: Int
  /// [channels], to which the gradient's sum over all pixels is added by the units of kernel row 0 and tile 0.
  public var sums: Destination?
  /// Whether the first pixel's first column, or the last one's last, lies outside the image: it counts as zero.
  public var clipsLeft: Bool
  public var clipsRight: Bool

  public init(
    block: DirectGradientBlock, kernelWidth: Int, tapStep: Int, channels: Int, sums: Destination?, clipsLeft: Bool,
    clipsRight: Bool
  ) {
    self.block = block
    self.kernelWidth = kernelWidth
    self.tapStep = tapStep
    self.channels = channels
    self.sums = sums
    self.clipsLeft = clipsLeft
    self.clipsRight = clipsRight
  }
}

extension DepthwiseKernels {
  /// Sums a block into its part of the depthwise filter gradient, unit by unit.
  @inlinable @inline(never)
  public static func depthwiseGradient(_ block: DepthwiseGradientBlock) {
    let tiles = EvenTiles(block.kernelWidth, limit: Lanes.tripleRows)
    withUnsafePointer(to: block) { shared in
      for unit in shared.pointee.block.units {
        let (vectorRow, tile) = unit.quotientAndRemainder(dividingBy: tiles.count)
        let (vector, kernelRow) = vectorRow.quotientAndRemainder(dividingBy: shared.pointee.block.kernelHeight)
        let channel = vector * Lanes.count
        let lanes = min(shared.pointee.channels - channel, Lanes.count)
        DepthwiseGradientTile<Lanes>(
          block: shared, kernelRow: kernelRow, firstTap: tiles.start(tile), channel: channel, lanes: lanes
        ).dispatch(rows: tiles.rows(tile), limit: Lanes.TripleLimit.self)
        if kernelRow == 0 && tile == 0 { sumGradient(shared, channel, lanes) }
      }
    }
  }

  @inlinable @inline(__always)
  static func sumGradient(_ shared: UnsafePointer<DepthwiseGradientBlock>, _ channel: Int, _ lanes: Int) {
    guard let sums = shared.pointee.sums else { return }
    var sum = Lanes(load: sums + channel, first: lanes)
    var p = shared.pointee.block.gradient + channel
    for _ in 0..<shared.pointee.block.pixels {
      sum = sum + Lanes(load: p, lanes: lanes)
      p += shared.pointee.channels
    }
    sum.store(to: sums + channel, first: lanes)
  }
}

/// `Rows` taps of one kernel row x one vector of channels, summed over pixels; two pixels at a time in sums of their
/// own, because the sums of a few taps alone would wait for each other.
@frozen @usableFromInline
struct DepthwiseGradientTile<Lanes: Vector>: RowSpecialised {
  @usableFromInline let shared: UnsafePointer<DepthwiseGradientBlock>
  @usableFromInline let kernelRow: Int
  @usableFromInline let firstTap: Int
  @usableFromInline let channel: Int
  /// Lanes that are channels.
  @usableFromInline let lanes: Int

  @inlinable @inline(__always)
  init(block: UnsafePointer<DepthwiseGradientBlock>, kernelRow: Int, firstTap: Int, channel: Int, lanes: Int) {
    shared = block
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
    let block = shared.pointee.block
    let tapStep = shared.pointee.tapStep
    let channels = shared.pointee.channels
    let pixelStep = block.pixelStep
    let width = block.width
    let clipsLeft = shared.pointee.clipsLeft && firstTap == 0
    let clipsRight = shared.pointee.clipsRight && firstTap + Rows.count == shared.pointee.kernelWidth
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
      let row = y * block.strideHeight - block.top + kernelRow
      if row >= 0 && row < block.inputHeight {
        let first: Source = block.rows[row - block.firstRow] + (firstTap * tapStep + channel)
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
    let tap = kernelRow * shared.pointee.kernelWidth + firstTap
    let result = block.result + (tap * block.resultStep + channel)
    Rows.forEach { s in
      let p: Destination = result + s * block.resultStep
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
