import Foundation
import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

/// Results of a few values, of which all may happen to cancel: the verification must not take rounding for a mistake.
/// `BENCH_FEW_OUTPUTS=10000` tries as many problems as that.
@Suite struct FewOutputsTests {
  static let count = Int(ProcessInfo.processInfo.environment["BENCH_FEW_OUTPUTS"] ?? "") ?? 600
  static let pool = ThreadPool(count: 1)

  @Test(arguments: 0..<4) func noRightResultIsRefused(part: Int) throws {
    var random = Random(seed: 3, stream: "few outputs \(part)")
    let verifier = Verifier(in: ExecutionContext(pool: Self.pool))
    for number in 0..<Self.count / 4 {
      let problem = Self.problem(&random)
      for backend in Backends.all where backend.reasonUnsupported(problem, .forward) == nil {
        var request = ConvolutionRequest(problem, .forward)
        if number.isMultiple(of: 3) { request.epilogue = Epilogue(bias: true, activation: .relu) }
        let outcome = try verifier.verify(backend, request)
        #expect(outcome.passed, "\(outcome)")
      }
    }
  }

  /// One output, all of whose 1280 products cancel to a ten-thousandth of what they add up to.
  @Test func aSumThatCancelsIsNoMistake() throws {
    let problem = try ConvolutionProblem(parsing: "n1c1280h1w1k1r1")
    for seed in UInt64(1)...40 {
      let verifier = Verifier(in: ExecutionContext(pool: Self.pool), seed: seed)
      for backend in [Direct(), Im2col()] as [any ConvolutionBackend] {
        let outcome = try verifier.verify(backend, ConvolutionRequest(problem, .forward))
        #expect(outcome.passed, "seed \(seed): \(outcome)")
      }
    }
  }

  /// An error of a thousandth of what is added up is found in a single output too.
  @Test(arguments: 1...20) func aMistakeInOneOutputIsFound(seed: UInt64) throws {
    let problem = try ConvolutionProblem(parsing: "n1c1280h1w1k1r1")
    let spoiled = VerifierTests.Spoiled { $0.output[0] += 1e-3 }
    let outcome = try Verifier(in: ExecutionContext(pool: Self.pool), seed: seed)
      .verify(spoiled, ConvolutionRequest(problem, .forward))
    #expect(!outcome.passed)
  }

  private static func problem(_ random: inout Random) -> ConvolutionProblem {
    while true {
      func pick(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }
      let groups = [1, 1, 2].randomElement(using: &random)!
      let kernel = [1, 1, 3, 3, 5, 2].randomElement(using: &random)!
      let problem = ConvolutionProblem(
        batch: pick(1...3),
        input: ImageShape(height: pick(1...6), width: pick(1...6), channels: groups * pick(1...400)),
        outputChannels: groups * pick(1...8), kernel: .init(kernel),
        stride: .init([1, 1, 2].randomElement(using: &random)!),
        padding: .init(top: pick(0...2), bottom: pick(0...2), left: pick(0...2), right: pick(0...2)), groups: groups)
      if problem.reasonInvalid == nil, problem.outputCount <= 8 { return problem }
    }
  }
}
