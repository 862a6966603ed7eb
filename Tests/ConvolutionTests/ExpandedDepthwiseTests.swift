import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

/// An expansion and the depthwise convolution behind it in one plan, against the plans of each.
@Suite struct ExpandedDepthwiseTests {
  /// Expansion and depthwise convolution; then the activation between them.
  static let pairs: [(String, Activation)] = [
    // MobileNetV2's kinds, of one strip and several, of one part and several.
    ("n2c24h56w56k144r1 g144c144h56w56k144r3p1", .relu6), ("c16h112w112k96r1 g96c96h112w112k96r3u2p0+1", .relu6),
    ("n3c64h14w14k384r1 g384c384h14w14k384r3p1", .relu6), ("n17c8h7w7k48r1 g48c48h7w7k48r3u2p1", .relu6),
    // Channels that are no whole vectors, odd sizes, other activations.
    ("n2c5h19w11k13r1 g13c13h19w11k13r3p1", .relu), ("n2c7h25w6k37r1 g37c37h25w6k37r3u2p1", .none),
    ("n3c6h17w23k40r1 g40c40h17w23k40r3u2p0+1", .relu6),
    // One column, one row, one image row for each part.
    ("n2c4h13w1k24r1 g24c24h13w1k24r3p1", .relu6), ("c4h1w13k24r1 g24c24h1w13k24r3p1", .relu6),
    // Other kernels: 1x1 with a stride that skips rows, rows that nothing reads at the bottom.
    ("n2c9h8w7k33r1 g33c33h8w7k33r1u3", .relu6),
    ("n2c9h19w18k33r1 g33c33h19w18k33r3u4", .relu6), ("n2c6h33w6k18r1 g18c18h33w6k18r5s3p2q1", .relu6),
  ]

  private func trial(_ text: String, _ activation: Activation) throws -> ExpansionTrial {
    let words = text.split(separator: " ")
    let first = try ConvolutionProblem(parsing: words[0])
    var second = try ConvolutionProblem(parsing: words[1])
    second.batch = first.batch
    return try ExpansionTrial(
      expansion: ConvolutionRequest(first, .forward, epilogue: Epilogue(bias: true, activation: activation)),
      depthwise: ConvolutionRequest(second, .forward), seed: 11)
  }

  private func run(_ trial: ExpansionTrial, threads: Int, _ set: InstructionSet) throws -> ExpansionTrial.Results {
    let context = ExecutionContext(pool: ThreadPool(count: threads), instructionSet: set)
    return try trial.run(
      #require(Direct().plan(expansion: trial.expansion, depthwise: trial.depthwise, in: context)))
  }

  @Test(arguments: pairs.indices, InstructionSet.allCases.filter(\.isAvailable))
  func fusedPlanComputesWhatSinglePlansDo(_ index: Int, _ set: InstructionSet) throws {
    let (text, activation) = Self.pairs[index]
    let trial = try trial(text, activation)
    let context = ExecutionContext(pool: ThreadPool(count: 2), instructionSet: set)
    let verified = try #require(
      try Verifier(in: context).verify(Direct(), expansion: trial.expansion, depthwise: trial.depthwise))
    #expect(verified.passed, "\(verified)")
    let result = try run(trial, threads: 2, set)
    for threads in [1, 3, 5] {
      let other = try run(trial, threads: threads, set)
      for (name, values, expected) in [
        ("output", other.output, result.output), ("input gradient", other.inputGradient, result.inputGradient),
        ("filter gradient", other.filterGradient, result.filterGradient),
        ("bias gradient", other.biasGradient, result.biasGradient),
        ("depthwise gradient", other.depthwiseGradient, result.depthwiseGradient),
      ] {
        #expect(values.buffer.elementsEqual(expected.buffer), "\(text), \(set): \(name) on \(threads) threads")
      }
    }
  }

  /// A back end whose plan for both leaves something out is found out.
  @Test func aWrongPlanIsFound() throws {
    let trial = try trial(Self.pairs[4].0, .relu)
    let outcome = try #require(
      try Verifier(in: ExecutionContext(pool: ThreadPool(count: 2))).verify(
        Unclamped(), expansion: trial.expansion, depthwise: trial.depthwise))
    #expect(!outcome.passed)
    #expect(outcome.findings.contains("output has other bits than single plans give"))
    #expect(outcome.findings.contains { $0.hasPrefix("filter gradient is off by") })
  }

  /// Leaves the activation out where it runs both convolutions.
  private struct Unclamped: ConvolutionBackend {
    let name = "unclamped"
    let summary = ""
    func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? { nil }
    func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
      Direct().tolerance(problem, direction)
    }
    func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
      Direct().plan(request, in: context)
    }
    func plan(
      expansion: ConvolutionRequest, depthwise: ConvolutionRequest, in context: ExecutionContext
    ) -> ExpandedDepthwisePlan? {
      var other = expansion
      other.epilogue.activation = .none
      return Direct().plan(expansion: other, depthwise: depthwise, in: context)
    }
  }

  @Test func pairsThatTheStripsCannotTakeHaveNoPlan() throws {
    let context = ExecutionContext(pool: ThreadPool(count: 1))
    for text in [
      "n2c5h9w9k13r3p1 g13c13h9w9k13r3p1", "n2c9h20w9k40r1 g40c40h20w9k40r3", "n2c5h9w9k13r1 g13c13h9w9k13r5p2",
      "n2c5h9w9k13r1 c13h9w9k13r3p1",
    ] {
      let pair = try trial(text, .relu6)
      #expect(Direct().plan(expansion: pair.expansion, depthwise: pair.depthwise, in: context) == nil, "\(text)")
    }
  }
}
