import Communication
import Convolution
import Networks
import Tensors
import Terms
import Threads

/// Training steps on several ranks, against the same steps of one process that has the images of all.
package struct RankedSteps {
  package static let (batch, steps) = (3, 2)

  /// The images of each rank lie in other places of the sums over a batch, and the sum over ranks comes last: some 20
  /// roundings of 6e-8 each. A parameter moves by a thousandth of itself in these steps, so its rounding is a larger
  /// part of its movement.
  package static let gradients = Tolerance(max: 1e-5, relativeL2: 1e-5, because: "sums over images in another order")
  package static let movements = Tolerance(max: 1e-2, relativeL2: 2e-3, because: "movements end in rounded parameters")

  /// Two convolutions and a fully connected layer, whose gradients are of very different sizes.
  package static let layers = try! Network(
    "ranks", summary: "", citation: "", input: ImageShape(height: 8, width: 8, channels: 3),
    layers: { net in
      net.convolution("conv1", channels: 5, kernel: 3, activation: .relu)
      net.maxPool("pool1", size: 2, stride: 2)
      net.convolution("conv2", channels: 7, kernel: 3, activation: .relu)
      net.fullyConnected("fc1", units: 11)
    }
  ).layers()

  package let program: Program
  private let start: [[Float]]

  /// - Parameters:
  ///   - ranks: whose images, by rank
  ///   - share: what the loss is multiplied by
  package init(_ ranks: Range<Int>, share: Float) throws {
    let context = ExecutionContext(pool: ThreadPool(count: 1))
    program = try Program(
      Self.layers, pass: .train, batch: Self.batch * ranks.count, choice: BackendChoice("direct"), in: context,
      lossShare: share)
    try program.allocate()
    program.initialize(seed: 1)
    program.prepare()
    let count = program.input.count / ranks.count
    for (index, rank) in ranks.enumerated() {
      // Steep enough for a rate of a millionth to be seen in single precision.
      var random = Random(seed: 7, stream: "rank \(rank)")
      random.fillNormal(program.input.floats + index * count, count: count, deviation: 10)
    }
    start = program.parameters.map(\.tensor.values)
  }

  /// How far the parameters have moved, one after the other.
  private var movement: [Float] {
    zip(program.parameters, start).flatMap { parameter, start in zip(parameter.tensor.values, start).map { $0 - $1 } }
  }

  private var gradientValues: [Float] { program.parameters.flatMap { program.gradients[$0.parameter.name]!.values } }

  /// Takes the steps of this rank.
  /// - Returns: on rank 0, how far its gradients and movements are from those of one process; nil elsewhere
  package static func compare(
    _ ranks: Ranks, bucketBytes: Int
  ) throws -> (gradients: RelativeError, movements: RelativeError, average: GradientAverage)? {
    let mine = try RankedSteps(ranks.rank..<ranks.rank + 1, share: 1 / Float(ranks.count))
    let average = try GradientAverage(of: mine.program, among: ranks, bucketBytes: bucketBytes)
    mine.program.gradientFollower = GradientFollower(mine.program, average)
    for _ in 0..<steps { mine.program.run() }
    guard ranks.isRoot else { return nil }
    let one = try RankedSteps(0..<ranks.count, share: 1 / Float(ranks.count))
    for _ in 0..<steps { one.program.run() }
    return (
      RelativeError(of: mine.gradientValues, from: one.gradientValues.map(Double.init)),
      RelativeError(of: mine.movement, from: one.movement.map(Double.init)), average
    )
  }
}
