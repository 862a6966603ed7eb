extension KernelSet {
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

  /// output = clamp(input * scale + shift, floor, ceiling) for every channel.
  @inlinable @inline(never)
  public static func scaleAndShift(
    _ input: Source, into output: Destination, rows: Int, channels: Int, scale: Source, shift: Source, floor: Float,
    ceiling: Float
  ) {
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

  /// The two sums that batch norm's backward pass needs: of g and of g * (x - mean), where g is the output gradient
  /// gated by floor < x * scale + shift < ceiling.
  @inlinable @inline(never)
  public static func gradientMoments(
    _ outputGradient: Source, input: Source, rows: Int, channels: Int, mean: Source, scale: Source, shift: Source,
    floor: Float, ceiling: Float, sum: Destination, product: Destination
  ) {
    sum.update(repeating: 0, count: channels)
    product.update(repeating: 0, count: channels)
    let (floor, ceiling) = (Lanes(floor), Lanes(ceiling))
    for row in 0..<rows {
      let x = input + row * channels
      let dy = outputGradient + row * channels
      forEachVector(of: channels) { c, lanes in
        let value = Lanes(load: x + c, lanes: lanes)
        let scale = Lanes(load: scale + c, lanes: lanes)
        let g = Lanes(load: dy + c, lanes: lanes).gated(
          where: Lanes(load: shift + c, lanes: lanes).adding(value, times: scale), isAbove: floor, isBelow: ceiling)
        (Lanes(load: sum + c, lanes: lanes) + g).store(to: sum + c, lanes: lanes)
        Lanes(load: product + c, lanes: lanes).adding(g, times: value - Lanes(load: mean + c, lanes: lanes))
          .store(to: product + c, lanes: lanes)
      }
    }
  }

  /// dx = scale * g + slope * (x - mean) + offset with g as above. May be written over the output gradient, which is why
  /// these are vectors: the compiler's own begin with a test that the two do not overlap.
  @inlinable @inline(never)
  public static func batchNormalizationGradient(
    _ outputGradient: Source, input: Source, into inputGradient: Destination, rows: Int, channels: Int, mean: Source,
    scale: Source, shift: Source, floor: Float, ceiling: Float, slope: Source, offset: Source
  ) {
    let (floor, ceiling) = (Lanes(floor), Lanes(ceiling))
    for row in 0..<rows {
      let x = input + row * channels
      let dy = outputGradient + row * channels
      let dx = inputGradient + row * channels
      forEachVector(of: channels) { c, lanes in
        let value = Lanes(load: x + c, lanes: lanes)
        let scale = Lanes(load: scale + c, lanes: lanes)
        let g = Lanes(load: dy + c, lanes: lanes).gated(
          where: Lanes(load: shift + c, lanes: lanes).adding(value, times: scale), isAbove: floor, isBelow: ceiling)
        Lanes(load: offset + c, lanes: lanes)
          .adding(value - Lanes(load: mean + c, lanes: lanes), times: Lanes(load: slope + c, lanes: lanes))
          .adding(g, times: scale).store(to: dx + c, lanes: lanes)
      }
    }
  }

  /// Calls `body(first channel, lanes)` for every vector of channels.
  @inlinable @inline(__always)
  static func forEachVector(of channels: Int, _ body: (Int, Int) -> Void) {
    let whole = channels / Lanes.count * Lanes.count
    for channel in stride(from: 0, to: whole, by: Lanes.count) { body(channel, Lanes.count) }
    if whole < channels { body(whole, channels - whole) }
  }
}
