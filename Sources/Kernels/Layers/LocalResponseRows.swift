import CVector

/// A pixel's channels on their way: rows of scratch memory, padded to whole vectors and with zeros where a window
/// reaches over the edge.
@usableFromInline
struct LocalResponseRows<Lanes: Vector> {
  @usableFromInline let response: LocalResponse
  @usableFromInline let channels: Int
  @usableFromInline let padded: Int
  /// From the rows of one pixel to those of the next.
  @usableFromInline let pitch: Int
  @usableFromInline let squares: Destination
  @usableFromInline let products: Destination
  @usableFromInline let direct: Destination
  @usableFromInline let x: Destination
  @usableFromInline let dy: Destination
  @usableFromInline let y: Destination
  /// One vector.
  @usableFromInline let lanes: Destination

  /// Floats of scratch for the rows of `pixels` pixels.
  @inlinable @inline(__always)
  static func scratchFloats(channels: Int, radius: Int) -> Int {
    pixels * (6 * channels + 7 * Lanes.count + 4 * radius)
  }

  @inlinable @inline(__always)
  init(_ response: LocalResponse, channels: Int, scratch: Destination) {
    let floats = Self.scratchFloats(channels: channels, radius: response.radius)
    scratch.update(repeating: 0, count: floats)
    self.init(response, channels: channels, rows: scratch, pitch: floats / Self.pixels)
  }

  @inlinable @inline(__always)
  init(_ response: LocalResponse, channels: Int, rows scratch: Destination, pitch: Int) {
    self.response = response
    self.channels = channels
    self.pitch = pitch
    padded = channels.dividedRoundingUp(by: Lanes.count) * Lanes.count
    squares = scratch + response.radius
    products = squares + padded + 2 * response.radius
    direct = products + padded + response.radius
    x = direct + padded
    dy = x + padded
    y = dy + padded
    lanes = y + padded
  }

  /// Pixels that have rows of their own.
  @inlinable @inline(__always) static var pixels: Int { 4 }

  /// The rows of a pixel, those of every fourth being the same.
  @inlinable @inline(__always)
  func of(_ pixel: Int) -> Self {
    Self(response, channels: channels, rows: squares + (pixel % Self.pixels * pitch - response.radius), pitch: pitch)
  }

  /// A copy of `source` with zeros behind it, where its channels do not fill whole vectors.
  @inlinable @inline(__always)
  func stage(_ source: Source, in copy: Destination) {
    if padded != channels { copy.update(from: source, count: channels) }
  }

  /// `source` itself where its channels fill whole vectors, else that copy.
  @inlinable @inline(__always)
  func whole(_ source: Source, or copy: Destination) -> Source {
    padded == channels ? source : Source(copy)
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

  /// scale^-beta and scale^-1. Where beta is 3/4, as in AlexNet, neither root nor division: s^-1/2, then (s
  /// s^-1/2)^-1/2.
  @inlinable @inline(__always)
  func powers(at c: Int) -> (response: Lanes, reciprocal: Lanes) {
    let scale = scale(at: c)
    if response.beta == 0.75 {
      let root = scale.reciprocalSquareRoot()
      return (root * (scale * root).reciprocalSquareRoot(), root * root)
    }
    let reciprocal = Lanes(1) / scale
    reciprocal.store(to: lanes)
    for lane in 0..<Lanes.count { lanes[lane] = cvector_powf(lanes[lane], response.beta) }
    return (Lanes(load: lanes), reciprocal)
  }
}
