import CVector

/// y = x / (bias + alpha * sum of squares over channels c - radius ... c + radius)^beta.
/// Source: Krizhevsky, Sutskever & Hinton 2012, section 3.3, with TensorFlow's unscaled alpha.
public struct LocalResponse: Sendable, Hashable {
  public var radius: Int
  public var bias: Float
  public var alpha: Float
  public var beta: Float

  public init(radius: Int, bias: Float, alpha: Float, beta: Float) {
    self.radius = radius
    self.bias = bias
    self.alpha = alpha
    self.beta = beta
  }
}

extension LayerKernels {
  /// Floats of scratch memory that the local response kernels want.
  @inlinable @inline(never)
  public static func localResponseScratch(channels: Int, radius: Int) -> Int {
    LocalResponseRows<Lanes>.scratchFloats(channels: channels, radius: radius)
  }

  /// - Parameters:
  ///   - scratch: `localResponseScratch` floats of arbitrary content
  ///   - nonTemporal: whether to use non-temporal stores; pixels are then whole vectors, aligned to them
  @inlinable @inline(never)
  public static func localResponse(
    _ input: Source, into output: Destination, pixels: Int, channels: Int, _ response: LocalResponse,
    scratch: Destination, nonTemporal: Bool
  ) {
    let rows = LocalResponseRows<Lanes>(response, channels: channels, scratch: scratch)
    for pixel in 0..<pixels {
      rows.stage(input + pixel * channels, in: rows.x)
      let x = rows.whole(input + pixel * channels, or: rows.x)
      let y = rows.padded == channels ? output + pixel * channels : rows.y
      rows.square(x)
      for c in stride(from: 0, to: rows.padded, by: Lanes.count) {
        (Lanes(load: x + c) * rows.powers(at: c).response).store(to: y + c, nonTemporal: nonTemporal)
      }
      if rows.padded != channels { (output + pixel * channels).update(from: y, count: channels) }
    }
    if nonTemporal { cvector_store_fence() }
  }

  /// dx[i] = dy[i] s[i]^-beta - 2 alpha beta x[i] * sum over the window of dy[j] x[j] s[j]^(-beta - 1).
  ///
  /// s is computed again from x: one pass over memory less than loading it.
  @inlinable @inline(never)
  public static func localResponseGradient(
    _ outputGradient: Source, input: Source, into inputGradient: Destination, pixels: Int, channels: Int,
    _ response: LocalResponse, scratch: Destination, nonTemporal: Bool
  ) {
    let rows = LocalResponseRows<Lanes>(response, channels: channels, scratch: scratch)
    let factor = Lanes(-2 * response.alpha * response.beta)
    // Several pixels at a time: unaligned loads wait for the stores that they overlap, so the stores should be older.
    let step = LocalResponseRows<Lanes>.pixels
    for first in stride(from: 0, to: pixels, by: step) {
      let group = first..<min(first + step, pixels)
      for pixel in group {
        let rows = rows.of(pixel)
        rows.stage(input + pixel * channels, in: rows.x)
        rows.stage(outputGradient + pixel * channels, in: rows.dy)
        rows.square(rows.whole(input + pixel * channels, or: rows.x))
      }
      for pixel in group {
        let rows = rows.of(pixel)
        let x = rows.whole(input + pixel * channels, or: rows.x)
        let dy = rows.whole(outputGradient + pixel * channels, or: rows.dy)
        for c in stride(from: 0, to: rows.padded, by: Lanes.count) {
          let powers = rows.powers(at: c)
          let direct = Lanes(load: dy + c) * powers.response
          direct.store(to: rows.direct + c)
          (direct * Lanes(load: x + c) * powers.reciprocal).store(to: rows.products + c)
        }
      }
      for pixel in group {
        let rows = rows.of(pixel)
        let x = rows.whole(input + pixel * channels, or: rows.x)
        let dx = rows.padded == channels ? inputGradient + pixel * channels : rows.y
        for c in stride(from: 0, to: rows.padded, by: Lanes.count) {
          let window = rows.windowSum(rows.products + c)
          let value = Lanes(load: rows.direct + c).adding(factor * Lanes(load: x + c), times: window)
          value.store(to: dx + c, nonTemporal: nonTemporal)
        }
        if rows.padded != channels { (inputGradient + pixel * channels).update(from: dx, count: channels) }
      }
    }
    if nonTemporal { cvector_store_fence() }
  }
}
