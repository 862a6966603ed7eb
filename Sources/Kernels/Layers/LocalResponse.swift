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

extension KernelSet {
  /// power[i] = scale[i]^-beta. Two square roots and a division where beta is 3/4, as in AlexNet.
  @inlinable @inline(__always)
  static func negativePower(_ scale: Destination, beta: Float, count: Int, power: Destination) {
    if beta == 0.75 {
      for c in 0..<count {
        let root = scale[c].squareRoot()
        power[c] = 1 / (root * root.squareRoot())
      }
    } else {
      for c in 0..<count { power[c] = cvector_powf(scale[c], -beta) }
    }
  }

  /// window[c] = sum over c - radius ... c + radius of values; `values` has `radius` zeros on either side.
  @inlinable @inline(__always)
  static func windowSums(_ values: Source, radius: Int, count: Int, into window: Destination) {
    window.update(repeating: 0, count: count)
    for offset in -radius...radius {
      let shifted = values + offset
      for c in 0..<count { window[c] += shifted[c] }
    }
  }

  /// - Parameter scratch: `localResponseScratch` floats.
  @inlinable @inline(never)
  public static func localResponse(
    _ input: Source, into output: Destination, pixels: Int, channels: Int, _ response: LocalResponse,
    scratch: Destination
  ) {
    let squares = scratch + response.radius
    let scale = scratch + (channels + 2 * response.radius)
    scratch.update(repeating: 0, count: channels + 2 * response.radius)
    for pixel in 0..<pixels {
      let x = input + pixel * channels
      let y = output + pixel * channels
      for c in 0..<channels { squares[c] = x[c] * x[c] }
      windowSums(squares, radius: response.radius, count: channels, into: scale)
      for c in 0..<channels { scale[c] = response.bias + response.alpha * scale[c] }
      negativePower(scale, beta: response.beta, count: channels, power: y)
      for c in 0..<channels { y[c] *= x[c] }
    }
  }

  /// dx[i] = dy[i] s[i]^-beta - 2 alpha beta x[i] * sum over the window of dy[j] x[j] s[j]^(-beta - 1).
  ///
  /// s is computed again from x: one pass over memory less than loading it.
  @inlinable @inline(never)
  public static func localResponseGradient(
    _ outputGradient: Source, input: Source, into inputGradient: Destination, pixels: Int, channels: Int,
    _ response: LocalResponse, scratch: Destination
  ) {
    let padded = channels + 2 * response.radius
    let squares = scratch + response.radius
    let scale = scratch + padded
    let products = scale + channels + response.radius
    let power = scale + channels + padded
    let window = power + channels
    scratch.update(repeating: 0, count: padded)
    (scale + channels).update(repeating: 0, count: padded)
    let factor = -2 * response.alpha * response.beta
    for pixel in 0..<pixels {
      let x = input + pixel * channels
      let dy = outputGradient + pixel * channels
      let dx = inputGradient + pixel * channels
      for c in 0..<channels { squares[c] = x[c] * x[c] }
      windowSums(squares, radius: response.radius, count: channels, into: scale)
      for c in 0..<channels { scale[c] = response.bias + response.alpha * scale[c] }
      negativePower(scale, beta: response.beta, count: channels, power: power)
      for c in 0..<channels { products[c] = dy[c] * x[c] * power[c] / scale[c] }
      windowSums(products, radius: response.radius, count: channels, into: window)
      for c in 0..<channels { dx[c] = dy[c] * power[c] + factor * x[c] * window[c] }
    }
  }
}

/// Floats of scratch memory that the local response kernels want.
public func localResponseScratch(channels: Int, radius: Int) -> Int { 5 * channels + 4 * radius + 64 }
