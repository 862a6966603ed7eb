import Tensors

/// What happens to an image before the network sees it.
///
/// Training: a random part of the network's size, a random flip, brightness and contrast; evaluation: the middle part.
/// Then both are standardised: mean 0 and deviation 1 over all values of the image.
package struct Distortion: Sendable {
  /// Side of the square part, in pixels.
  package let side: Int
  package let isRandom: Bool

  /// The most that is added to every byte, or taken from it.
  static let brightness: Float = 63
  /// Factors of the distance from each channel's mean.
  static let contrast: ClosedRange<Float> = 0.2...1.8

  package init(side: Int, isRandom: Bool) { (self.side, self.isRandom) = (side, isRandom) }

  package var floatCount: Int { 3 * side * side }

  /// - Parameters:
  ///   - random: of this image alone; not used for evaluation. Five numbers are drawn: row, column, flip, brightness,
  ///     contrast
  ///   - result: [side, side, 3]
  /// - Throws: `DataError` where the image is too small
  package func apply(
    to image: LabelledImage, _ random: inout Random, into result: UnsafeMutablePointer<Float>
  ) throws(DataError) {
    let (rows, columns) = (image.height - side, image.width - side)
    guard rows >= 0, columns >= 0 else {
      throw DataError(
        image.origin,
        "the image has \(image.width)x\(image.height) pixels, fewer than the \(side)x\(side) that the network takes. "
          + "Enlarge it, or use a smaller --image-size.")
    }
    guard isRandom else {
      copy(image, row: rows / 2, column: columns / 2, flips: false, into: result)
      return standardise(result)
    }
    let (row, column) = (random.below(rows + 1), random.below(columns + 1))
    copy(image, row: row, column: column, flips: random.uniform() < 0.5, into: result)
    let added = Self.brightness * Float(2 * random.uniform() - 1)
    let range = Self.contrast.upperBound - Self.contrast.lowerBound
    stretch(result, by: Self.contrast.lowerBound + range * Float(random.uniform()), adding: added)
    standardise(result)
  }

  private func copy(
    _ image: LabelledImage, row: Int, column: Int, flips: Bool, into result: UnsafeMutablePointer<Float>
  ) {
    image.pixels.withUnsafeBufferPointer { pixels in
      for y in 0..<side {
        for x in 0..<side {
          let from = 3 * ((row + y) * image.width + column + (flips ? side - 1 - x : x))
          let to = 3 * (y * side + x)
          for channel in 0..<3 { result[to + channel] = Float(pixels[from + channel]) }
        }
      }
    }
  }

  /// value = (value + added - mean) * factor + mean, where `mean` is that of the channel.
  private func stretch(_ values: UnsafeMutablePointer<Float>, by factor: Float, adding added: Float) {
    let pixels = side * side
    for channel in 0..<3 {
      var sum = 0.0
      for pixel in 0..<pixels { sum += Double(values[3 * pixel + channel] + added) }
      let mean = Float(sum / Double(pixels))
      for pixel in 0..<pixels {
        let index = 3 * pixel + channel
        values[index] = (values[index] + added - mean) * factor + mean
      }
    }
  }

  /// value = (value - mean) / max(deviation, 1 / sqrt(count)); the bound is for images of one colour.
  private func standardise(_ values: UnsafeMutablePointer<Float>) {
    var (sum, squares) = (0.0, 0.0)
    for index in 0..<floatCount { sum += Double(values[index]) }
    let mean = sum / Double(floatCount)
    for index in 0..<floatCount {
      let difference = Double(values[index]) - mean
      squares += difference * difference
    }
    let deviation = max((squares / Double(floatCount)).squareRoot(), 1 / Double(floatCount).squareRoot())
    for index in 0..<floatCount { values[index] = Float((Double(values[index]) - mean) / deviation) }
  }
}

extension Random {
  /// The next number below `bound`, which is positive: the upper half of a product (Lemire 2019), whose bias is below
  /// 2^-32 for bounds below 2^32.
  mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }
}
