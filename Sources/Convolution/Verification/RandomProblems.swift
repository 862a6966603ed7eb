import Tensors
import Terms

/// Problems that nobody thought of: small images, every kind of padding, stride, group and batch.
package struct RandomProblems {
  private var random: Random

  package init(seed: UInt64, part: Int = 0) { random = Random(seed: seed, stream: "problems \(part)") }

  /// Square 3x3 and 5x5 filters with stride 1, which have algorithms of their own, as often as all others.
  package mutating func next() -> ConvolutionProblem {
    while true {
      let groups = [1, 1, 1, 2, 3].randomElement(using: &random)!
      let isDepthwise = pick(0...9) == 0
      let channels = isDepthwise ? pick(1...40) : groups * pick(1...40)
      let square = [3, 5].randomElement(using: &random)!
      let hasAlgorithm = Bool.random(using: &random)
      let isDilated = pick(0...7) == 0
      let problem = ConvolutionProblem(
        batch: pick(1...5), input: ImageShape(height: pick(1...17), width: pick(1...17), channels: channels),
        outputChannels: isDepthwise ? channels : groups * pick(1...40),
        kernel: hasAlgorithm ? .init(square) : .init(pick(1...7), pick(1...7)),
        stride: hasAlgorithm ? .init(1) : .init(pick(1...5), pick(1...5)),
        dilation: isDilated ? .init(pick(1...4), pick(1...4)) : .init(1),
        padding: .init(top: pick(0...4), bottom: pick(0...4), left: pick(0...4), right: pick(0...4)),
        groups: isDepthwise ? channels : groups)
      if problem.reasonInvalid == nil { return problem }
    }
  }

  package mutating func epilogue() -> Epilogue {
    Epilogue(
      bias: .random(using: &random), residual: .random(using: &random),
      activation: [.none, .relu, .relu6].randomElement(using: &random)!)
  }

  private mutating func pick(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }
}
