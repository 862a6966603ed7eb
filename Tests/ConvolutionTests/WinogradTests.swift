import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

/// Every variant on every instruction set with one to three threads, against the definition.
@Suite(.serialized) struct WinogradTests {
  static let pools = [1, 2, 3].map { ThreadPool(count: $0) }
  /// Caches so small that every shape takes the paths of large ones: shared blocks, slices, stores by non-temporal
  /// stores.
  static let tinyCaches = CacheSizes(second: 16 << 10, last: 64 << 10)

  static let problems = [
    // sizes: one pixel, smaller than a tile, odd, the networks' 13 and 14, several images
    "c1h1w1k1r3p1", "c16h1w1k20r3p1", "c16h2w3k16r3p1", "c5h3w3k17r3p0", "c3h5w4k32r3p1", "c17h7w9k5r3p1",
    "n2c16h13w13k32r3p1", "n3c32h14w14k16r3p1", "n2c8h12w12k8r3p1", "c16h4w30k16r3p1", "c16h30w4k16r3p1",
    "n5c16h8w8k16r3p1", "n2c20h11w6k12r3p1", "c4h27w27k4r3p1", "n6c16h16w16k16r3p1", "n2c16h48w48k16r3p1",
    // channels: fewer than a vector, one more, many, none a multiple
    "c100h6w6k100r3p1", "c33h8w8k31r3p1", "c15h9w9k15r3p1", "c1h16w16k64r3p1", "c64h10w10k1r3p1", "c64h14w14k64r3p1",
    "c130h5w5k66r3p1", "c520h4w4k24r3p1", "c24h4w4k520r3p1", "n7c12h3w3k40r3p1",
    // padding: none, more than the filter, asymmetric
    "c16h8w8k16r3p0", "c16h6w7k16r3p2", "c8h5w5k8r3p3", "c16h8w8k16r3p0+1", "c16h8w9k16r3p1+0q0+1",
    "c7h10w10k9r3p2+0q1+3", "n2c16h9w9k16r3p1q0",
    // several images in a mosaic
    "n4c16h13w13k32r3p1", "n6c5h13w9k17r3p0", "n4c8h9w9k8r3p1q0", "n16c16h5w5k16r3p1", "n4c3h7w14k20r3p2",
    "n2c20h9w3k18r3p1+2q0+1", "n8g2c32h13w13k32r3p1",
    // images so small that a patch ends beyond the second one
    "n3c16h5w5k16r3p1+0", "n3c16h3w3k16r3p3", "n4c16h4w4k16r3p0+3",
    // groups
    "g2c32h13w13k32r3p1", "n2g2c6h9w9k10r3p1", "g4c64h8w8k32r3p1", "g3c9h7w7k15r3p1",
  ].map { try! ConvolutionProblem(parsing: $0) }

  static let fiveTapProblems = [
    "c9h1w1k16r5p2", "c3h6w5k16r5p2", "c16h13w13k16r5p2", "n2g2c32h9w9k48r5p2", "c17h8w8k33r5p0",
    "c48h12w11k20r5p1+3q2+0", "n2c16h27w27k16r5p2", "c5h5w5k5r5p4",
    "n4c16h13w13k16r5p2", "n9c5h9w7k20r5p1+3", "n2c16h9w9k16r5p0", "n2c16h7w7k16r5p0", "n3c16h5w5k16r5p4",
  ].map { try! ConvolutionProblem(parsing: $0) }

  @Test(arguments: problems) func agreesWithTheDefinition(problem: ConvolutionProblem) {
    for direction in [Direction.forward, .inputGradient] {
      check(problem, direction, [Winograd(), Winograd(.two), Winograd(.six), Winograd(caches: Self.tinyCaches)])
    }
  }

  @Test(arguments: problems + fiveTapProblems) func filterGradientAgreesWithTheDefinition(problem: ConvolutionProblem) {
    check(problem, .filterGradient, [Winograd(), Winograd(caches: Self.tinyCaches)])
  }

  @Test(arguments: fiveTapProblems) func agreesWithTheDefinitionForFiveTaps(problem: ConvolutionProblem) {
    for direction in [Direction.forward, .inputGradient] {
      check(problem, direction, [Winograd(), Winograd(.two), Winograd(caches: Self.tinyCaches)])
    }
  }

  /// Images that tile badly alone share tiles, unless a pool is to be fused; others do not.
  @Test(arguments: [
    ("n16c8h13w13k8r3p1", 4 * 49), ("n6c8h13w13k8r3p1", 7 * 11), ("n7c8h13w13k8r3p1", 7 * 16),
    ("n16c8h14w14k8r3p1", 15 * 15), ("n16c8h28w28k8r3p1", 16 * 49), ("n4c8h1w1k8r3p1", 4), ("n1c8h13w13k8r3p1", 16),
  ])
  func mosaicsSaveTiles(text: String, tiles: Int) throws {
    let problem = try ConvolutionProblem(parsing: text)
    #expect(WinogradPass(problem, .forward, .f4x3, crossesImages: true).tiles == tiles)
    let (down, across) = ((problem.output.height + 3) / 4, (problem.output.width + 3) / 4)
    #expect(WinogradPass(problem, .forward, .f4x3, crossesImages: false).tiles == problem.batch * down * across)
  }

  /// A large filter that changes is transformed inside the caches where one block holds all tiles; never a constant
  /// one.
  @Test func fewTilesOfAChangingFilterNeedNoPackedFilter() throws {
    let problem = try ConvolutionProblem(parsing: "c64h14w14k64r3p1")
    func packedBytes(_ filterIsConstant: Bool, _ caches: CacheSizes) -> Int {
      let request = ConvolutionRequest(problem, .inputGradient, filterIsConstant: filterIsConstant)
      return Winograd(caches: caches).plan(request, in: ExecutionContext(pool: Self.pools[1])).packedFilterBytes
    }
    #expect(packedBytes(false, Self.tinyCaches) == 0)
    #expect(packedBytes(true, Self.tinyCaches) > 0)
    // A small one is kept by a second level.
    #expect(packedBytes(false, CacheSizes(second: 1 << 20, last: 32 << 20)) > 0)
    let large = ConvolutionRequest(
      try ConvolutionProblem(parsing: "c256h14w14k256r3p1"), .inputGradient, filterIsConstant: false)
    let plan = Winograd(caches: CacheSizes(second: 1 << 20, last: 300 << 20)).plan(
      large, in: ExecutionContext(pool: Self.pools[1]))
    #expect(plan.packedFilterBytes == 0)
  }

  /// Every instruction set and thread count, filters that change and filters that do not: the bits must not depend on
  /// the threads.
  private func check(_ problem: ConvolutionProblem, _ direction: Direction, _ backends: [Winograd]) {
    let trial = ConvolutionTrial(ConvolutionRequest(problem, direction), pool: Self.pools[1])
    for backend in backends {
      #expect(backend.reasonUnsupported(problem, direction) == nil)
      let tolerance = backend.tolerance(problem, direction)
      for instructionSet in InstructionSet.allCases where instructionSet.isAvailable {
        for filterIsConstant in direction == .filterGradient ? [false] : [false, true] {
          var first: ConvolutionTrial.Outcome?
          for pool in Self.pools {
            let outcome = trial.run(backend, instructionSet, on: pool, filterIsConstant: filterIsConstant)
            let name: Comment =
              "\(backend.name) \(problem) \(direction) \(outcome.algorithm) \(instructionSet) t\(pool.count)"
            #expect(outcome.canariesLive, name)
            if let first {
              let isSame = outcome.isSame(as: first)
              #expect(isSame, name)
            } else {
              #expect(tolerance.admits(outcome.error), "\(name): \(outcome.error)")
              first = outcome
            }
          }
        }
      }
    }
  }
}
