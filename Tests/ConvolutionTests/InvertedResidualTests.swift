import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

/// Blocks of three convolutions in one plan, against the plans of each.
@Suite struct InvertedResidualTests {
  /// Expansion, depthwise, projection; `+` where the block's input is added at the end.
  static let blocks = [
    // MobileNetV2's kinds: the first layer as the expansion, stride 2 and 1, with and without residual.
    "n3c3h17w15k32r3u2p0+1 g32c32h8w7k32r3p1 c32h8w7k16r1", "c16h14w14k96r1 g96c96h14w14k96r3u2p0+1 c96h7w7k24r1",
    "n2c24h9w8k144r1 g144c144h9w8k144r3p1 c144h9w8k24r1 +", "n3c8h7w7k48r1 g48c48h7w7k48r3p1 c48h7w7k8r1 +",
    // Channels that are no whole vectors, odd sizes.
    "n2c5h6w11k13r1 g13c13h6w11k13r3p1 c13h6w11k5r1 +", "n2c7h5w6k37r1 g37c37h5w6k37r3u2p1 c37h3w3k3r1",
    // Two pixels, one column, one row.
    "n3c6h1w2k36r1 g36c36h1w2k36r3p1 c36h1w2k6r1 +", "n2c4h13w1k24r1 g24c24h13w1k24r3p1 c24h13w1k9r1",
    "c4h1w13k24r1 g24c24h1w13k24r3u2p1 c24h1w7k9r1",
    // Other kernels: without padding, 5x3, 1x1 with a stride that skips rows, an expansion of rows that share inputs.
    "n2c9h8w9k40r1 g40c40h8w9k40r3 c40h6w7k9r1", "c9h11w7k40r1 g40c40h11w7k40r5s3p2q1 c40h11w7k9r1",
    "n2c9h8w7k33r1 g33c33h8w7k33r1u3 c33h3w3k4r1", "n2c17h9w9k20r3p1 g20c20h9w9k20r3p1 c20h9w9k8r1",
    // Rows that only padding reads, a column to the right of one-wide taps.
    "n2c6h5w6k18r1 g18c18h5w6k18r2s1u3v1p1q0+1 c18h2w7k5r1",
  ].map { try! sample($0) }

  private static func sample(_ text: String) throws -> ConvolutionChain {
    var words = text.split(separator: " ")
    let residual = words.last == "+"
    if residual { words.removeLast() }
    var problems = try words.map { try ConvolutionProblem(parsing: $0) }
    for index in 1...2 { problems[index].batch = problems[0].batch }
    let activations: [Activation] = [.relu6, .relu, .none]
    let requests = zip(problems, activations).map { problem, activation in
      ConvolutionRequest(
        problem, .forward,
        epilogue: Epilogue(bias: true, residual: residual && activation == .none, activation: activation),
        filterIsConstant: true)
    }
    return try #require(ConvolutionChain(requests), "\(text)")
  }

  /// The tensors of a block, and what the three plans make of them.
  private struct Trial {
    let chain: ConvolutionChain
    let input: GuardedFloats
    let filters: [GuardedFloats]
    let biases: [GuardedFloats]
    let residual: GuardedFloats
    let expected: GuardedFloats

    init(_ chain: ConvolutionChain, _ set: InstructionSet) {
      func random(_ count: Int, _ name: String, deviation: Double = 1) -> GuardedFloats {
        .random(count, "\(chain.problems[0]) \(name)", deviation: deviation, .misaligned)
      }
      self.chain = chain
      let problems = chain.problems
      input = random(problems[0].inputCount, "input")
      residual = random(problems[2].outputCount, "residual")
      filters = problems.enumerated().map { number, problem in
        let depth = problem.kernel.height * problem.kernel.width * problem.channelsPerGroup
        return random(problem.filterCount, "filter \(number)", deviation: 2 / Double(depth).squareRoot())
      }
      biases = problems.enumerated().map { random($1.outputChannels, "bias \($0)") }
      let results = problems.map { GuardedFloats(count: $0.outputCount) }
      var source = input
      for (number, request) in chain.convolutions.enumerated() {
        var operands = ConvolutionOperands(
          input: source.base, filter: filters[number].base, output: results[number].base)
        operands.bias = UnsafePointer(biases[number].base)
        operands.residual = UnsafePointer(residual.base)
        _ = execute(Direct(), request, operands, set, ThreadPool(count: 1))
        source = results[number]
      }
      expected = results[2]
    }

    func run(_ plan: any ConvolutionChainPlan) -> Bool {
      let result = GuardedFloats(count: expected.count, .misaligned)
      let workspace = GuardedFloats(count: plan.workspaceBytes / 4, .aligned)
      let packed = plan.packedFilterBytes.map { GuardedFloats(count: $0 / 4, .aligned) }
      for (number, filter) in filters.enumerated() where plan.packedFilterBytes[number] > 0 {
        plan.prepare(filter: filter.base, of: number, into: packed[number].base)
      }
      let weights = filters.indices.map { number in
        ConvolutionChainOperands.Weights(
          filter: filters[number].base, packedFilter: packed[number].base, bias: biases[number].base)
      }
      let operands = ConvolutionChainOperands(
        input: input.base, weights: weights, residual: chain.hasResidual ? residual.base : nil, output: result.base)
      plan.run(operands, workspace: workspace.base)
      return result.isSame(as: expected) && workspace.canariesLive && packed.allSatisfy(\.canariesLive)
    }
  }

  @Test(arguments: blocks) func givesTheBitsOfThreePlans(_ chain: ConvolutionChain) throws {
    let block = try #require(InvertedResidual(chain))
    for set in InstructionSet.allCases where set.isAvailable {
      let trial = Trial(chain, set)
      for threads in [1, 2, 5] {
        let context = ExecutionContext(pool: ThreadPool(count: threads), instructionSet: set)
        for rows in [1, 2, 3, nil] {
          let plan = InvertedResidualPlan(block, rows: rows, policy: .current, in: context)
          let isSame = trial.run(plan)
          #expect(isSame, "\(chain) \(set) t\(threads), strips of \(rows ?? 0) rows")
        }
      }
    }
  }

  // MARK: Division

  @Test(arguments: blocks, [1, 2, 3, 7]) func everyRowIsOneWorkersOnce(_ chain: ConvolutionChain, workers: Int) throws {
    let block = try #require(InvertedResidual(chain))
    let height = block.projection.problem.output.height
    for rows in [1, 2, nil] {
      let division = StripDivision(block, rows: rows, workers: workers, policy: .current)
      let units = (0..<workers).flatMap { Array(division.share(of: $0)) }
      #expect(units == Array(0..<block.batch * division.strips))
      #expect(!division.share(of: 0).isEmpty)
      #expect((0..<division.strips).flatMap { Array(division.outputRows(ofStrip: $0)) } == Array(0..<height))
    }
  }

  @Test func stripsFitTheCacheAndBalance() throws {
    let block = try #require(InvertedResidual(Self.blocks[1]))
    func policy(second: Int, last: Int) -> CachePolicy { CachePolicy(CacheSizes(second: second, last: last)) }
    #expect(StripDivision(block, rows: nil, workers: 1, policy: .current).rows == 7)
    // 5 rows of 14 x 96 floats and two of 7 x 96 are 32 KiB.
    #expect(StripDivision(block, rows: nil, workers: 1, policy: policy(second: 48 << 10, last: 1 << 20)).rows == 2)
    #expect(StripDivision(block, rows: nil, workers: 1, policy: policy(second: 64, last: 64)).rows == 1)
  }

  @Test func doesNotPayWhereWorkersWouldRepeatTheExpansion() {
    let chain = Self.blocks[3]
    func plan(_ batch: Int, threads: Int) -> (any ConvolutionChainPlan)? {
      Direct().plan(chain.with(batch: batch), in: ExecutionContext(pool: ThreadPool(count: threads)))
    }
    #expect(plan(1, threads: 1) != nil)
    #expect(plan(1, threads: 2) == nil)
    #expect(plan(2, threads: 2) != nil)
    #expect(plan(3, threads: 2) != nil)
  }

  // MARK: What is no block

  @Test func takesNothingElse() throws {
    let chain = Self.blocks[2].convolutions
    let (expansion, depthwise, projection) = (chain[0], chain[1], chain[2])
    func changed(
      _ request: ConvolutionRequest, _ change: (inout ConvolutionRequest) -> Void
    ) -> ConvolutionRequest {
      var request = request
      change(&request)
      return request
    }
    func isChain(_ requests: ConvolutionRequest...) -> Bool { ConvolutionChain(requests) != nil }
    #expect(isChain(expansion, depthwise, projection) && isChain(expansion, depthwise))
    #expect(!isChain(expansion) && !isChain(expansion, projection, depthwise))
    #expect(!isChain(changed(expansion) { $0.problem.batch = 1 }, depthwise, projection))
    #expect(!isChain(changed(expansion) { $0.epilogue.residual = true }, depthwise, projection))
    #expect(!isChain(expansion, changed(depthwise) { $0.epilogue.residual = true }, projection))
    #expect(!isChain(expansion, depthwise, changed(projection) { $0.filterIsConstant = false }))
    #expect(!isChain(changed(expansion) { $0.direction = .inputGradient }, depthwise, projection))

    func isBlock(_ requests: ConvolutionRequest...) throws -> Bool {
      InvertedResidual(try #require(ConvolutionChain(requests))) != nil
    }
    #expect(try isBlock(expansion, depthwise, projection))
    #expect(try !isBlock(expansion, depthwise) && !isBlock(depthwise, projection))
    #expect(try !isBlock(expansion, depthwise, changed(projection) { $0.problem.groups = 2 }))
    // Two columns outside the image.
    let wide = changed(depthwise) {
      $0.problem.kernel = .init(5)
      $0.problem.padding = .init(top: 2, bottom: 2, left: 2, right: 2)
    }
    #expect(try !isBlock(expansion, wide, projection))
    // On single pixels the first and the last are fully connected layers, which sum in another order.
    let pixel = ["n2c6h1w1k36r1", "n2g36c36h1w1k36r3p1", "n2c36h1w1k6r1"].map {
      ConvolutionRequest(try! ConvolutionProblem(parsing: $0), .forward, filterIsConstant: true)
    }
    #expect(try !isBlock(pixel[0], pixel[1], pixel[2]))
  }

  // MARK: Verification

  /// Its plans of single convolutions forget the activation.
  private struct Forgetful: ConvolutionBackend {
    let name = "forgetful"
    let summary = "without activations"
    func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? { nil }
    func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
      Direct().tolerance(problem, direction)
    }
    func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
      var request = request
      request.epilogue.activation = .none
      return Direct().plan(request, in: context)
    }
    func plan(_ chain: ConvolutionChain, in context: ExecutionContext) -> (any ConvolutionChainPlan)? {
      Direct().plan(chain, in: context)
    }
  }

  @Test func verifierFindsAnotherResult() throws {
    let verifier = Verifier(in: ExecutionContext(pool: ThreadPool(count: 1)))
    for chain in Self.blocks {
      #expect(try #require(try verifier.verify(Direct(), chain)).passed)
      #expect(try !#require(try verifier.verify(Forgetful(), chain)).passed)
      #expect(try verifier.verify(Naive(), chain) == nil)
    }
  }
}
