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
  /// Floats of scratch memory that the local response kernels want.
  @inlinable @inline(never)
  public static func localResponseScratch(channels: Int, radius: Int) -> Int {
    LocalResponseRows<Lanes>.scratchFloats(channels: channels, radius: radius)
  }

  /// - Parameter scratch: `localResponseScratch` floats of arbitrary content.
  @inlinable @inline(never)
  public static func localResponse(
    _ input: Source, into output: Destination, pixels: Int, channels: Int, _ response: LocalResponse,
    scratch: Destination
  ) {
    let rows = LocalResponseRows<Lanes>(response, channels: channels, scratch: scratch)
    for pixel in 0..<pixels {
      let x = rows.staged(input + pixel * channels, in: rows.x)
      let y = rows.padded == channels ? output + pixel * channels : rows.y
      rows.square(x)
      for c in stride(from: 0, to: rows.padded, by: Lanes.count) {
        (Lanes(load: x + c) * rows.power(Lanes(1) / rows.scale(at: c))).store(to: y + c)
      }
      if rows.padded != channels { (output + pixel * channels).update(from: y, count: channels) }
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
    let rows = LocalResponseRows<Lanes>(response, channels: channels, scratch: scratch)
    let factor = Lanes(-2 * response.alpha * response.beta)
    for pixel in 0..<pixels {
      let x = rows.staged(input + pixel * channels, in: rows.x)
      let dy = rows.staged(outputGradient + pixel * channels, in: rows.dy)
      let dx = rows.padded == channels ? inputGradient + pixel * channels : rows.y
      rows.square(x)
      for c in stride(from: 0, to: rows.padded, by: Lanes.count) {
        let reciprocal = Lanes(1) / rows.scale(at: c)
        let direct = Lanes(load: dy + c) * rows.power(reciprocal)
        direct.store(to: rows.direct + c)
        (direct * Lanes(load: x + c) * reciprocal).store(to: rows.products + c)
      }
      for c in stride(from: 0, to: rows.padded, by: Lanes.count) {
        let window = rows.windowSum(rows.products + c)
        Lanes(load: rows.direct + c).adding(factor * Lanes(load: x + c), times: window).store(to: dx + c)
      }
      if rows.padded != channels { (inputGradient + pixel * channels).update(from: dx, count: channels) }
    }
  }
}

/// One pixel's channels on their way: rows of scratch memory, padded to whole vectors and with zeros where a window
/// reaches over the edge.
@usableFromInline
struct LocalResponseRows<Lanes: Vector> {
  @usableFromInline let response: LocalResponse
  @usableFromInline let channels: Int
  @usableFromInline let padded: Int
  @usableFromInline let squares: Destination
  @usableFromInline let products: Destination
  @usableFromInline let direct: Destination
  @usableFromInline let x: Destination
  @usableFromInline let dy: Destination
  @usableFromInline let y: Destination
  /// One vector.
  @usableFromInline let lanes: Destination

  @inlinable @inline(__always)
  static func scratchFloats(channels: Int, radius: Int) -> Int {
    6 * channels + 7 * Lanes.count + 4 * radius
  }

  @inlinable @inline(__always)
  init(_ response: LocalResponse, channels: Int, scratch: Destination) {
    self.response = response
    self.channels = channels
    padded = (channels + Lanes.count - 1) / Lanes.count * Lanes.count
    scratch.update(repeating: 0, count: Self.scratchFloats(channels: channels, radius: response.radius))
    squares = scratch + response.radius
    products = squares + padded + 2 * response.radius
    direct = products + padded + response.radius
    x = direct + padded
    dy = x + padded
    y = dy + padded
    lanes = y + padded
  }

  /// `source` itself where its channels fill whole vectors, else a padded copy.
  @inlinable @inline(__always)
  func staged(_ source: Source, in row: Destination) -> Source {
    if padded == channels { return source }
    row.update(from: source, count: channels)
    return Source(row)
  }

  @inlinable @inline(__always)
  func square(_ x: Source) {
    for c in stride(from: 0, to: padded, by: Lanes.count) {
      let value = Lanes(load: x + c)
      (value * value).store(to: squares + c)
    }
  }

  /// bias + alpha * the window's sum of squares.
  @inlinable @inline(__always)
  func scale(at c: Int) -> Lanes {
    Lanes(response.bias).adding(Lanes(response.alpha), times: windowSum(squares + c))
  }

  @inlinable @inline(__always)
  func windowSum(_ center: Destination) -> Lanes {
    var sum = Lanes(load: center)
    for offset in 1..<(response.radius + 1) {
      sum = sum + (Lanes(load: center - offset) + Lanes(load: center + offset))
    }
    return sum
  }

  /// (1 / scale)^beta: two square roots where beta is 3/4, as in AlexNet.
  @inlinable @inline(__always)
  func power(_ reciprocal: Lanes) -> Lanes {
    if response.beta == 0.75 { return (reciprocal * reciprocal.squareRoot()).squareRoot() }
    reciprocal.store(to: lanes)
    for lane in 0..<Lanes.count { lanes[lane] = cvector_powf(lanes[lane], response.beta) }
    return Lanes(load: lanes)
  }
}
