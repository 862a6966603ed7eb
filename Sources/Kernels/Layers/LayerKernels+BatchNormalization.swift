/// What batch norm does to each channel: y = clamp(x * scale + shift, floor, ceiling).
public struct ChannelNormalization {
  public var channels: Int
  /// [channels] each.
  public var mean: Source
  public var scale: Source
  public var shift: Source
  public var floor: Float
  public var ceiling: Float

  public init(channels: Int, mean: Source, scale: Source, shift: Source, floor: Float, ceiling: Float) {
    self.channels = channels
    self.mean = mean
    self.scale = scale
    self.shift = shift
    self.floor = floor
    self.ceiling = ceiling
  }
}

extension LayerKernels {
  /// Mean and sum of squared deviations of every channel over `rows` pixels; `input` is [rows, channels].
  ///
  /// Two passes: E[x^2] - E[x]^2 would cancel. Keep `rows` small enough for the second to find the first's data cached.
  @inlinable @inline(never)
  public static func moments(
    _ input: Source, rows: Int, channels: Int, mean: Destination, squaredDeviations: Destination
  ) {
    averagePool(input, into: mean, pixels: rows, step: channels, channels: channels)
    squaredDeviations.update(repeating: 0, count: channels)
    for row in 0..<rows {
      let x = input + row * channels
      for c in 0..<channels {
        let deviation = x[c] - mean[c]
        squaredDeviations[c] += deviation * deviation
      }
    }
  }

  /// y from x, [rows, channels] both.
  @inlinable @inline(never)
  public static func normalize(
    _ input: Source, into output: Destination, rows: Int, _ normalization: ChannelNormalization
  ) {
    let (channels, scale, shift) = (normalization.channels, normalization.scale, normalization.shift)
    let (floor, ceiling) = (normalization.floor, normalization.ceiling)
    for row in 0..<rows {
      let x = input + row * channels
      let y = output + row * channels
      for c in 0..<channels {
        let value = x[c] * scale[c] + shift[c]
        let raised = value < floor ? floor : value
        y[c] = raised > ceiling ? ceiling : raised
      }
    }
  }

  /// The two sums that the backward pass needs: of g and of g * (x - mean), where g is the output gradient where
  /// floor < x * scale + shift < ceiling, and 0 elsewhere.
  @inlinable @inline(never)
  public static func gradientMoments(
    _ outputGradient: Source, input: Source, rows: Int, _ normalization: ChannelNormalization, sum: Destination,
    product: Destination
  ) {
    let channels = normalization.channels
    sum.update(repeating: 0, count: channels)
    product.update(repeating: 0, count: channels)
    forEachMasked(outputGradient, input, rows, normalization) { _, c, lanes, deviation, g, _ in
      (Lanes(load: sum + c, lanes: lanes) + g).store(to: sum + c, lanes: lanes)
      Lanes(load: product + c, lanes: lanes).adding(g, times: deviation).store(to: product + c, lanes: lanes)
    }
  }

  /// dx = scale * g + slope * (x - mean) + offset with g as above. May be written over the output gradient: a loop that
  /// the compiler makes vectors of begins with a test that the two do not overlap.
  @inlinable @inline(never)
  public static func normalizationGradient(
    _ outputGradient: Source, input: Source, into inputGradient: Destination, rows: Int,
    _ normalization: ChannelNormalization, slope: Source, offset: Source
  ) {
    forEachMasked(outputGradient, input, rows, normalization) { offsetInRows, c, lanes, deviation, g, scale in
      Lanes(load: offset + c, lanes: lanes)
        .adding(deviation, times: Lanes(load: slope + c, lanes: lanes)).adding(g, times: scale)
        .store(to: inputGradient + (offsetInRows + c), lanes: lanes)
    }
  }

  /// Calls for every vector `body(row's offset, channel, lanes, x - mean, g, scale)`. Row by row: several rows at a
  /// time would load what belongs to the channels less often, but read as many streams (4 % slower).
  @inlinable @inline(__always)
  static func forEachMasked(
    _ outputGradient: Source, _ input: Source, _ rows: Int, _ normalization: ChannelNormalization,
    _ body: (Int, Int, Int, Lanes, Lanes, Lanes) -> Void
  ) {
    let channels = normalization.channels
    let whole = channels / Lanes.count * Lanes.count
    let (floor, ceiling) = (Lanes(normalization.floor), Lanes(normalization.ceiling))

    @inline(__always) func visit(_ row: Int, _ c: Int, _ lanes: Int) {
      let x = Lanes(load: input + (row + c), lanes: lanes)
      let scale = Lanes(load: normalization.scale + c, lanes: lanes)
      let y = Lanes(load: normalization.shift + c, lanes: lanes).adding(x, times: scale)
      let g = Lanes(load: outputGradient + (row + c), lanes: lanes).masked(where: y, isAbove: floor, isBelow: ceiling)
      body(row, c, lanes, x - Lanes(load: normalization.mean + c, lanes: lanes), g, scale)
    }
    for row in stride(from: 0, to: rows * channels, by: channels) {
      for c in stride(from: 0, to: whole, by: Lanes.count) { visit(row, c, Lanes.count) }
      if whole < channels { visit(row, whole, channels - whole) }
    }
  }
}
