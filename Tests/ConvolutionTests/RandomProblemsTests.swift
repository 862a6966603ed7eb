import Foundation
import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

/// Every back end, direction and instruction set on problems that nobody thought of: small images, every kind of
/// padding, stride, group and batch. `BENCH_RANDOM_SEED=7 swift test --filter RandomProblems` tries others; a failure
/// names the problem.
@Suite(.serialized) struct RandomProblemsTests {
  static let seed = UInt64(ProcessInfo.processInfo.environment["BENCH_RANDOM_SEED"] ?? "") ?? 1
  static let pool = ThreadPool(count: 2)
  /// The registry's, and those with large problems' paths once more, with caches too small for anything.
  static let backends: [any ConvolutionBackend] =
    Backends.all + [Winograd(caches: WinogradTests.tinyCaches), Direct(caches: WinogradTests.tinyCaches)]

  @Test(arguments: 0..<20)
  func agreeWithTheDefinition(part: Int) {
    var random = RandomProblems(seed: Self.seed, part: part)
    for _ in 0..<10 {
      let problem = random.next()
      for direction in Direction.allCases {
        let epilogue = direction == .forward ? random.epilogue() : .none
        check(ConvolutionRequest(problem, direction, epilogue: epilogue))
      }
    }
  }

  private func check(_ request: ConvolutionRequest) {
    let (problem, direction) = (request.problem, request.direction)
    let trial = ConvolutionTrial(request, pool: Self.pool)
    for backend in Self.backends where backend.reasonUnsupported(problem, direction) == nil {
      for instructionSet in InstructionSet.allCases where instructionSet.isAvailable {
        let outcome = trial.run(backend, instructionSet, on: Self.pool)
        let name: Comment =
          "\(backend.name) \(problem) \(direction) \(request.epilogue) \(outcome.algorithm) \(instructionSet)"
        #expect(backend.tolerance(problem, direction).admits(outcome.error), "\(name): \(outcome.error)")
        #expect(outcome.canariesLive, "\(name) wrote outside its memory")
      }
    }
  }
}
