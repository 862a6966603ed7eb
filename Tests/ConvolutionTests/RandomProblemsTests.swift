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
    var random = Random(seed: Self.seed, stream: "problems \(part)")
    for _ in 0..<10 {
      let problem = Self.problem(&random)
      for direction in Direction.allCases {
        let epilogue = direction == .forward ? Self.epilogue(&random) : .none
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

  private static func epilogue(_ random: inout Random) -> Epilogue {
    Epilogue(
      bias: .random(using: &random), residual: .random(using: &random),
      activation: [.none, .relu, .relu6].randomElement(using: &random)!)
  }

  /// Square 3x3 and 5x5 filters with stride 1, which have algorithms of their own, as often as all others.
  private static func problem(_ random: inout Random) -> ConvolutionProblem {
    while true {
      func pick(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }
      let groups = [1, 1, 1, 2, 3].randomElement(using: &random)!
      let isDepthwise = pick(0...9) == 0
      let channels = isDepthwise ? pick(1...40) : groups * pick(1...40)
      let square = [3, 5].randomElement(using: &random)!
      let hasAlgorithm = Bool.random(using: &random)
      let problem = ConvolutionProblem(
        batch: pick(1...5), input: ImageShape(height: pick(1...17), width: pick(1...17), channels: channels),
        outputChannels: isDepthwise ? channels : groups * pick(1...40),
        kernel: hasAlgorithm ? .init(square) : .init(pick(1...7), pick(1...7)),
        stride: hasAlgorithm ? .init(1) : .init(pick(1...5), pick(1...5)),
        padding: .init(top: pick(0...4), bottom: pick(0...4), left: pick(0...4), right: pick(0...4)),
        groups: isDepthwise ? channels : groups)
      if problem.reasonInvalid == nil { return problem }
    }
  }
}
