import Tensors
import Testing

@testable import Training

@Suite struct DistortionTests {
  /// Every byte differs from its neighbours, so that its place can be told.
  static let image = LabelledImage(
    label: 0, height: 8, width: 7, pixels: (0..<8 * 7 * 3).map { UInt8($0) }, origin: "photo.png")

  @Test func evaluationTakesTheMiddle() throws {
    let found = try apply(Distortion(side: 4, isRandom: false))
    // Rows 2 to 5, columns 1 to 4.
    var values: [Double] = []
    for y in 2..<6 {
      for index in 3 * (7 * y + 1)..<3 * (7 * y + 5) { values.append(Double(index)) }
    }
    let expected = standardised(values)
    for (value, expected) in zip(found, expected) { #expect(abs(Double(value) - expected) < 1e-5) }
  }

  /// The same five numbers, drawn here and by the distortion.
  @Test(arguments: 0..<20)
  func trainingFollowsItsRandomNumbers(_ seed: Int) throws {
    var random = Random(seed: UInt64(seed))
    let (row, column, flips) = (random.below(5), random.below(4), random.uniform() < 0.5)
    let added = 63 * (2 * random.uniform() - 1)
    let factor = 0.2 + 1.6 * random.uniform()
    var values: [Double] = []
    for y in 0..<4 {
      for x in 0..<4 {
        let pixel = 7 * (row + y) + column + (flips ? 3 - x : x)
        values += (0..<3).map { Double(3 * pixel + $0) + added }
      }
    }
    for channel in 0..<3 {
      let mean = (0..<16).reduce(0.0) { $0 + values[3 * $1 + channel] } / 16
      for pixel in 0..<16 { values[3 * pixel + channel] = (values[3 * pixel + channel] - mean) * factor + mean }
    }
    let found = try apply(Distortion(side: 4, isRandom: true), seed: UInt64(seed))
    for (value, expected) in zip(found, standardised(values)) { #expect(abs(Double(value) - expected) < 1e-4) }
  }

  @Test func everyCropAndFlipOccurs() throws {
    let distortion = Distortion(side: 4, isRandom: true)
    // Brightness has no effect and contrast hardly any, since what follows takes both out of a standardised image.
    let seen = try Set((0..<400).map { seed in try apply(distortion, seed: UInt64(seed)).map { ($0 * 50).rounded() } })
    // All crops of this image are alike but for their place; flips are not.
    #expect(seen.count >= 2)
    var places = Set<[Int]>()
    for seed in 0..<400 {
      var random = Random(seed: UInt64(seed))
      places.insert([random.below(5), random.below(4), random.uniform() < 0.5 ? 1 : 0])
    }
    #expect(places.count == 5 * 4 * 2)
  }

  /// An image of one colour has no deviation to divide by.
  @Test func plainImagesStayFinite() throws {
    let plain = LabelledImage(
      label: 0, height: 4, width: 4, pixels: [UInt8](repeating: 77, count: 48), origin: "plain")
    #expect(try apply(Distortion(side: 4, isRandom: true), to: plain).allSatisfy { abs($0) < 1e-3 })
  }

  @Test func smallImagesAreRefused() {
    expectSentence("photo.png: the image has 7x8 pixels, fewer than the 8x8 that the network takes.") {
      _ = try apply(Distortion(side: 8, isRandom: true))
    }
  }

  private func apply(_ distortion: Distortion, to image: LabelledImage = image, seed: UInt64 = 1) throws -> [Float] {
    let result = try FloatBuffer(count: distortion.floatCount)
    var random = Random(seed: seed)
    try distortion.apply(to: image, &random, into: result.base)
    return result.values
  }

  private func standardised(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return values.map { ($0 - mean) / variance.squareRoot() }
  }
}
