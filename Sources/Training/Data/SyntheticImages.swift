import Tensors

/// A set that is drawn rather than photographed: a shape with a texture on a noisy ground.
///
/// The class is the shape (disk, square, triangle, cross, ring) and the direction of the stripes in it. Position, size,
/// colours, stripes and noise are random. A mirrored image belongs to the same class. The images are the same in every
/// run, so that a network can be trained with one and evaluated with another; they are drawn when they are read.
package struct SyntheticImages: ImageSource {
  package let name = "synthetic"
  package let count: Int
  package let classes: [String]
  /// Of the square images, in pixels.
  package let side: Int
  private let seed: UInt64

  package static let largestClassCount = 10
  /// As many as CIFAR-10 has.
  private static let (trainingCount, testCount) = (50_000, 10_000)
  private static let shapes = ["disk", "square", "triangle", "cross", "ring"]

  /// - Parameters:
  ///   - classes: 1 to `largestClassCount`
  ///   - count: images; nil for as many as CIFAR-10 has
  package init(_ split: Split, side: Int = CIFARRecord.side, classes: Int = largestClassCount, count: Int? = nil) {
    self.side = side
    self.count = count ?? (split == .training ? Self.trainingCount : Self.testCount)
    self.classes = (0..<classes).map {
      "\(Self.shapes[$0 % 5]), \($0 < 5 ? "horizontal" : "vertical") stripes"
    }
    seed = split == .training ? 1 : 2
  }

  package func read(_ index: Int) throws(DataError) -> LabelledImage {
    try CIFARRecord.image(
      record(index), side: side, classes: classes.count, origin: "synthetic image \(index)")
  }

  /// The image as a record of CIFAR-10's binary format.
  package func record(_ index: Int) -> [UInt8] {
    var random = Random(seed: seed, stream: "synthetic \(index)")
    let label = index % classes.count
    let figure = Figure(label, side: side, &random)
    let plane = side * side
    var bytes = [UInt8](repeating: 0, count: CIFARRecord.byteCount(side: side))
    bytes[0] = UInt8(label)
    for y in 0..<side {
      for x in 0..<side {
        let share = figure.share(y, x)
        for channel in 0..<3 {
          let colour = figure.ground[channel] + share * (figure.paint[channel] - figure.ground[channel])
          let value = colour + Figure.noise * Float(random.uniform() + random.uniform() - 1)
          bytes[1 + channel * plane + y * side + x] = UInt8(max(0, min(255, value)))
        }
      }
    }
    return bytes
  }
}

/// What is drawn into one image.
private struct Figure {
  /// The most that noise adds to a byte or takes from it.
  static let noise: Float = 40

  let ground: [Float]
  let paint: [Float]
  private let shape: Int
  private let isHorizontal: Bool
  private let centre: (y: Float, x: Float)
  private let radius: Float
  private let period: Float
  private let phase: Float

  init(_ label: Int, side: Int, _ random: inout Random) {
    func uniform(_ range: ClosedRange<Float>) -> Float {
      range.lowerBound + (range.upperBound - range.lowerBound) * Float(random.uniform())
    }
    let ground = (0..<3).map { _ in uniform(30...225) }
    self.ground = ground
    // Every channel differs from the ground's by at least 70.
    paint = ground.map { $0 < 128 ? uniform($0 + 70...255) : uniform(0...$0 - 70) }
    shape = label % 5
    isHorizontal = label < 5
    let side = Float(side)
    centre = (side * uniform(0.42...0.58), side * uniform(0.42...0.58))
    radius = side * uniform(0.24...0.34)
    period = side * uniform(0.14...0.2)
    phase = uniform(0...1)
  }

  /// How much of a pixel is painted: all inside the shape on a stripe, a third between the stripes, nothing outside.
  func share(_ y: Int, _ x: Int) -> Float {
    let (v, u) = ((Float(y) + 0.5 - centre.y) / radius, (Float(x) + 0.5 - centre.x) / radius)
    guard contains(v, u) else { return 0 }
    let position = Float(isHorizontal ? y : x) / period + phase
    return position - position.rounded(.down) < 0.5 ? 1 : 0.33
  }

  /// - v, u: downwards and to the right from the centre, in radii
  private func contains(_ v: Float, _ u: Float) -> Bool {
    switch shape {
    case 0: v * v + u * u < 1
    case 1: max(abs(v), abs(u)) < 0.85
    case 2: v < 0.8 && v > -1 && abs(u) < (v + 1) / 1.8
    case 3: min(abs(v), abs(u)) < 0.3 && max(abs(v), abs(u)) < 1
    default: (0.45...1).contains(v * v + u * u)
    }
  }
}
