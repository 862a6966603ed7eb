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
    for row in 0..<rows {
      let x = input + row * channels
      let dy = outputGradient + row * channels
      for c in 0..<channels {
        let value = x[c] * scale[c] + shift[c]
        let gated = value > floor && value < ceiling ? dy[c] : 0
        sum[c] += gated
        product[c] += gated * (x[c] - mean[c])
      }
    }
  }

  /// dx = scale * g + slope * (x - mean) + offset with g as above. May be written over the output gradient.
  @inlinable @inline(never)
  public static func batchNormalizationGradient(
    _ outputGradient: Source, input: Source, into inputGradient: Destination, rows: Int, channels: Int, mean: Source,
    scale: Source, shift: Source, floor: Float, ceiling: Float, slope: Source, offset: Source
  ) {
    for row in 0..<rows {
      let x = input + row * channels
      let dy = outputGradient + row * channels
      let dx = inputGradient + row * channels
      for c in 0..<channels {
        let value = x[c] * scale[c] + shift[c]
        let gated = value > floor && value < ceiling ? dy[c] : 0
        dx[c] = scale[c] * gated + slope[c] * (x[c] - mean[c]) + offset[c]
      }
    }
  }
}
